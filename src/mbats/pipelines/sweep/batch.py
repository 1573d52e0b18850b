"""A batch of cells on its way through the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.disk import no_room
from mbats.errors.executor import WorkerDied, WorkerDiskFull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate

MOST_DEATHS = 3
"""So many workers may die of one batch before it is given up."""
_SHOWN = 3


def judge(evaluate: Evaluate, batch: Batch) -> Sequence[CellResult]:
    """Judge a batch inside a worker.

    Raises
    ------
    WorkerDiskFull
    """
    try:
        return evaluate(batch)
    except OSError as error:
        if no_room(error):
            raise WorkerDiskFull(cause=error) from error
        raise


def died_of(batch: Batch, words: str) -> WorkerDied:
    """Return the error that names the cells of a batch that workers die of, and what the last of them said."""
    return WorkerDied(deaths=MOST_DEATHS, cells=named(batch), words=words.strip() or "(none)")


def named(batch: Batch) -> str:
    """Return the parameters of a batch's cells, of many only the first."""
    texts = ["(" + ", ".join(f"{name}={value}" for name, value in cell.parameters.items()) + ")" for cell in batch]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
