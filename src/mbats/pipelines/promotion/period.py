from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.promotion import NoLaterPeriod
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mbats.market.bars import Bars
    from mbats.models.version import Version


@dataclass(frozen=True, slots=True)
class Period:
    """The stretch that no candidate has seen, in training or in validation.

    Attributes
    ----------
    start, end
        When the last of them had seen everything, and when the last bar was known; nanoseconds UTC.
    bars
        Of the instrument that has fewest.
    """

    start: int
    end: int
    bars: int

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end as moments."""
        return moment(self.start), moment(self.end)


def seen_until(version: Version) -> int:
    """Return when the last thing was known that a version was trained on or validated with, nanoseconds UTC."""
    return max(int(version.manifest["range"][1]), *(fit.trained_until for fit in version.fits))


def later_period(name: str, versions: Sequence[Version], market: Mapping[str, Bars], needed: int) -> Period:
    """Return what is left for a fair judgement of all `versions`.

    Raises
    ------
    mbats.errors.promotion.NoLaterPeriod
        Fewer than `needed` bars of an instrument opened since; says how many are missing.
    """
    start = max(map(seen_until, versions))
    counts = {symbol: int((bars.time >= start).sum()) for symbol, bars in market.items()}
    symbol, fewest = min(counts.items(), key=lambda pair: pair[1])
    if fewest < max(needed, 1):
        since = f"{moment(start):%Y-%m-%d %H:%M}"
        facts = {"missing": max(needed, 1) - fewest, "bars": fewest, "needed": max(needed, 1)}
        raise NoLaterPeriod(name=name, symbol=symbol, since=since, **facts)
    return Period(start, max(int(bars.known_at[-1]) for bars in market.values()), fewest)


def later(market: Mapping[str, Bars], period: Period) -> dict[str, Bars]:
    """Return the bars that opened in the period."""
    return {symbol: bars.between(period.start, 2**63 - 1) for symbol, bars in market.items()}
