from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mbats.errors.comparison import ComparedWithItself, NothingInCommon
from mbats.pipelines.comparison.inputs import told_differently
from mbats.pipelines.comparison.parting import parting
from mbats.pipelines.comparison.reasons import reasons
from mbats.pipelines.comparison.trade_pairs import Match, trade_pairs

if TYPE_CHECKING:
    from mbats.pipelines.comparison.inputs import Input
    from mbats.pipelines.comparison.parting import Parting
    from mbats.pipelines.comparison.trade_pairs import TradePair
    from mbats.pipelines.judged_run import JudgedRun


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, trade by trade.

    Attributes
    ----------
    inputs
        What they were told differently.
    pairs
        Every trade of either run, ordered by entry.
    first
        Where they part first; None when all trades are the same.
    """

    a: JudgedRun
    b: JudgedRun
    inputs: tuple[Input, ...]
    pairs: tuple[TradePair, ...]
    first: Parting | None

    @property
    def counts(self) -> dict[Match, int]:
        """How many trades are the same, different, or of one run alone."""
        found = Counter(pair.match for pair in self.pairs)
        return {match: found[match] for match in Match}


def compare(a: JudgedRun, b: JudgedRun) -> Comparison:
    """Put two judged runs side by side and explain where they part first.

    Raises
    ------
    ComparedWithItself
        Both are the same run.
    NothingInCommon
        They trade no instrument in common.
    """
    ours, theirs = a.result.info, b.result.info
    if ours.id == theirs.id:
        raise ComparedWithItself(run=str(ours.id)[:8])
    if set(ours.instruments).isdisjoint(theirs.instruments):
        raise NothingInCommon(
            a=str(ours.id)[:8],
            mine=", ".join(ours.instruments),
            b=str(theirs.id)[:8],
            other=", ".join(theirs.instruments),
        )
    inputs, pairs = told_differently(ours, theirs), trade_pairs(a.result.trips, b.result.trips)
    parted = [pair for pair in pairs if pair.match is not Match.SAME]
    first = min(parted, key=lambda pair: (pair.parted, pair.entry_time), default=None)
    return Comparison(a, b, inputs, pairs, None if first is None else _explained(first, a, b, inputs))


def _explained(pair: TradePair, a: JudgedRun, b: JudgedRun, inputs: tuple[Input, ...]) -> Parting:
    found = parting(pair, a, b)
    return replace(found, reasons=reasons(found, a, b, inputs))
