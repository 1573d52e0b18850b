"""Is the data fit to be traded on? What the calendar, the spread and the prices themselves say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.data import NoBars
from mbats.market.calendar import expected_opens, possible
from mbats.market.instrument import AssetClass
from mbats.secmaster import screening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.market.bars import Bars
    from mbats.market.columns import FlagColumn, TimeColumn
    from mbats.secmaster.keys import BarKey
    from mbats.secmaster.repository import SecurityMaster

_LONGEST_GAP_DAYS = 14.0
_DAY = 86_400_000_000_000
# What share of the bars may be so before the data counts as broken and not merely as real.
_LIMITS = {
    "missing bars": 0.20,
    "outside trading hours": 0.02,
    "crossed spread": 0.10,
    "outlier": 0.01,
    "stale": 0.05,
}
_MEANING = {
    "missing bars": "the calendar expects bars that are not there",
    "outside trading hours": "bars while the market is closed: is the time zone right?",
    "crossed spread": "ask below bid",
    "outlier": "further from the last close than 40 times what was usual before",
    "stale": "no price moved at all for a long run of bars",
}


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for: how many bars, what share, since when, and what it means."""

    finding: str
    severity: Severity
    bars: int
    share: float
    first: int | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Missing bars in a row: opening of the first one, opening of the next bar that is there, how many."""

    start: int
    end: int
    missing: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one set of bars found, and its gaps, the longest first."""

    key: BarKey
    rows: int
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]

    @property
    def severity(self) -> Severity:
        """The worst severity of all findings."""
        found = {finding.severity for finding in self.findings}
        return next(level for level in (Severity.ERROR, Severity.WARNING, Severity.OK) if level in found)


def check(key: BarKey, bars: Bars) -> Verdict:
    """Judge bars by the calendar of their market, told where their day begins, and by themselves.

    A finding is a warning, for real data has holes, crossed quotes and jumps. It is an error where it concerns so many
    bars that something is broken: more than 20 % missing or one gap of more than 14 days, 2 % outside trading hours,
    10 % crossed, 1 % outliers, 5 % stale.
    """
    holes = screening.missing(bars)
    gaps = _gaps(bars, holes)
    expected = len(bars) + len(holes)
    rows = {
        "outside trading hours": _outside(bars),
        "crossed spread": screening.crossed(bars),
        "outlier": screening.outliers(bars),
        "stale": screening.stale(bars),
    }
    findings = [_finding("missing bars", holes, expected)]
    if gaps and gaps[0].end - gaps[0].start > _LONGEST_GAP_DAYS * _DAY:
        findings.append(_long_gaps(gaps, expected))
    findings += [_finding(name, bars.time[found], len(bars)) for name, found in rows.items()]
    return Verdict(key, len(bars), tuple(findings), tuple(gaps))


def check_all(
    master: SecurityMaster,
    keys: Sequence[BarKey],
    start: int | None = None,
    end: int | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Verdict]:
    """Judge what the master has of `keys` in ``[start, end)``, nanoseconds UTC; `advance` is called after each.

    Sets without a bar in that range are passed over.

    Raises
    ------
    NoBars
        None of them has any.
    """
    verdicts = []
    for key in keys:
        bars = master.bars(key, start, end)
        if len(bars):
            verdicts.append(check(key, bars))
        advance(1)
    if not verdicts:
        symbols = ", ".join(dict.fromkeys(key.symbol for key in keys))
        raise NoBars(symbol=symbols, timeframe="", where="in that range", known="; ".join(map(str, keys)))
    return verdicts


def _finding(name: str, times: TimeColumn, total: int) -> Finding:
    share = len(times) / total if total else 0.0
    severity = Severity.ERROR if share > _LIMITS[name] else Severity.WARNING if len(times) else Severity.OK
    return Finding(name, severity, len(times), share, int(times[0]) if len(times) else None, _MEANING[name])


def _long_gaps(gaps: list[Gap], expected: int) -> Finding:
    long = [gap for gap in gaps if gap.end - gap.start > _LONGEST_GAP_DAYS * _DAY]
    missing = sum(gap.missing for gap in long)
    meaning = f"nothing for more than {_LONGEST_GAP_DAYS:.0f} days: check the parts with --start and --end"
    return Finding("long gaps", Severity.ERROR, missing, missing / expected, min(gap.start for gap in long), meaning)


def _gaps(bars: Bars, holes: TimeColumn) -> list[Gap]:
    """Group missing bars by the bar that comes after them."""
    following, first, counts = np.unique(np.searchsorted(bars.time, holes), return_index=True, return_counts=True)
    rows = zip(holes[first].tolist(), bars.time[following].tolist(), counts.tolist(), strict=True)
    return sorted((Gap(*row) for row in rows), key=lambda gap: gap.start - gap.end)


def _outside(bars: Bars) -> FlagColumn:
    if not len(bars):
        return np.zeros(0, dtype=bool)
    instrument = bars.instrument
    if instrument.asset_class == AssetClass.FX:
        return ~possible(bars.time, bars.timeframe, bars.alignment)
    first, last = int(bars.time[0]), int(bars.time[-1]) + 1
    opens = expected_opens(
        first, last, bars.timeframe, bars.alignment, instrument.asset_class, exchange=instrument.exchange
    )
    return np.isin(bars.time, opens, assume_unique=True, invert=True)
