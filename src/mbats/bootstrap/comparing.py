"""Two stored runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap.reporting import recall
from mbats.pipelines.comparison.comparison import compare

if TYPE_CHECKING:
    from mbats.pipelines.comparison.comparison import Comparison
    from mbats.settings import Settings


def compare_runs(a: str, b: str, settings: Settings) -> Comparison:
    """Judge two finished runs again, each named by the beginning of its id or ``latest``, and compare them.

    Raises
    ------
    mbats.errors.database.UnknownRun, AmbiguousRun, InterruptedRun, UnfinishedRun
        One of the names is not that of one finished run.
    mbats.errors.comparison.ComparedWithItself, NothingInCommon
        There is nothing to compare.
    """
    return compare(recall(a, settings), recall(b, settings))
