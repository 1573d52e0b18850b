"""Where prices are at each moment of a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.market.path import price_at, waypoints

if TYPE_CHECKING:
    from mbats.market.bars import Bars, Quotes
    from mbats.market.path import Quote, Waypoints

SEGMENTS = 3


@dataclass(frozen=True, slots=True)
class BarPath:
    """The one way through a bar, laid out in time.

    Attributes
    ----------
    moments
        When the four waypoints are passed, nanoseconds UTC: the opening, a third, two thirds, and the last nanosecond
        before the bar is known.
    points
        Bid and ask there.
    """

    moments: tuple[int, int, int, int]
    points: Waypoints

    @property
    def known_at(self) -> int:
        """When the bar is over."""
        return self.moments[3] + 1

    def at(self, time: int) -> Quote:
        """Return bid and ask at `time`, which lies inside the bar; between waypoints they are off the tick grid."""
        segment = self._segment(time)
        begin, end = self.moments[segment], self.moments[segment + 1]
        share = (time - begin) / (end - begin)
        (bid, ask), (next_bid, next_ask) = self.points[segment], self.points[segment + 1]
        return price_at(bid, next_bid, share), price_at(ask, next_ask, share)

    def next_moment(self, time: int) -> int:
        """Return the first moment after `time` at which the way turns or is over."""
        return next((moment for moment in self.moments if moment > time), self.known_at)

    def _segment(self, time: int) -> int:
        return 0 if time < self.moments[1] else 1 if time < self.moments[2] else 2


def bar_path(bars: Bars, row: int) -> BarPath:
    """Return the path through one bar, which has both sides."""
    assert bars.bid is not None
    assert bars.ask is not None
    return BarPath(
        moments(int(bars.time[row]), int(bars.known_at[row])), waypoints(_row(bars.bid, row), _row(bars.ask, row))
    )


def moments(opens: int, known_at: int) -> tuple[int, int, int, int]:
    """Return when the four waypoints of a bar are passed."""
    length = known_at - opens
    return opens, opens + length // SEGMENTS, opens + 2 * length // SEGMENTS, known_at - 1


def _row(side: Quotes, row: int) -> tuple[float, float, float, float]:
    return float(side.open[row]), float(side.high[row]), float(side.low[row]), float(side.close[row])
