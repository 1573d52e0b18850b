"""Training a model anew on what has come since, and whether there is enough of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mbats.pipelines.promotion.period import seen_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.bars import Bars
    from mbats.models.version import Version
    from mbats.pipelines.drift.report import DriftReport
    from mbats.pipelines.promotion.verdict import Verdict


class Outcome(StrEnum):
    """How a retraining ended."""

    PROMOTED = "promoted"
    KEPT = "kept"
    """Trained and judged; the champion stays."""
    WAITING = "waiting"
    """Too few new bars to learn from and to be judged on."""
    STABLE = "stable"
    """Nothing has drifted, and drift was what was waited for."""
    DONE = "done"
    """The same data were judged before."""


@dataclass(frozen=True, slots=True)
class Retraining:
    """What came of it: a new version and its verdict, or why there is none."""

    model: str
    outcome: Outcome
    sentence: str
    trained: str | None = None
    drift: DriftReport | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class NewBars:
    """What has come since a version had seen everything.

    Attributes
    ----------
    count
        Bars of the instrument that has fewest.
    needed
        How many a judgement asks for.
    cut
        Opening time of the first bar to be judged on: half of the new bars, but never fewer than are needed, are kept
        from the training. Nanoseconds UTC.
    """

    count: int
    needed: int
    cut: int

    @property
    def missing(self) -> int:
        """How many more it takes, with at least one to learn from."""
        return max(self.needed + 1 - self.count, 0)


def new_bars(version: Version, market: Mapping[str, Bars], needed: int) -> NewBars:
    """Count the bars that a version has not seen, and say where to part them."""
    since = seen_until(version)
    later = {symbol: bars.between(since, 2**63 - 1) for symbol, bars in market.items()}
    fewest = min(map(len, later.values()))
    kept = max(needed, fewest // 2, 1)
    cut = min(int(bars.time[-kept]) if len(bars) >= kept else since for bars in later.values())
    return NewBars(fewest, max(needed, 1), cut)


def judged_before(verdicts: Sequence[Verdict], snapshot: str) -> Verdict | None:
    """Return the verdict on the same data, where there is one: the same bars give the same training."""
    return next((verdict for verdict in verdicts if verdict.snapshot == snapshot), None)
