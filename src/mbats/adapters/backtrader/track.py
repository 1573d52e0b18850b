from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.adapters.backtrader.feed import nanoseconds

if TYPE_CHECKING:
    from mbats.adapters.backtrader.feed import BarsFeed
    from mbats.market.conversion import Conversion
    from mbats.market.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Track:
    """Where events of one feed belong: codes for the journal, times by row, the rate of its currency.

    Attributes
    ----------
    instrument, strategy, currency
        Codes in the journal; `currency` is the quote currency.
    time, known_at
        Views of the bars' columns whose items are plain integers.
    """

    feed: BarsFeed
    terms: Instrument
    instrument: int
    strategy: int
    currency: int
    time: memoryview
    known_at: memoryview
    conversion: Conversion

    @property
    def opened(self) -> int:
        """When the present bar opened."""
        opened: int = self.time[self.feed.row]
        return opened

    @property
    def known(self) -> int:
        """When the present bar was known."""
        known: int = self.known_at[self.feed.row]
        return known

    def sent(self, order: Any) -> int:  # noqa: ARG002 - a plain track must look
        """Return when `order`, new at the present bar, was sent."""
        return self.known

    def rate(self, time: int) -> float:
        """Return account currency per unit of quote currency."""
        return self.conversion.rate(self.terms.quote, time)


@dataclass(frozen=True, slots=True)
class PlainTrack:
    """The same for any feed of a plain Cerebro: one currency, times from Backtrader's floats."""

    feed: Any
    terms: Instrument
    instrument: int
    currency: int = 0

    @property
    def opened(self) -> int:
        """When the present bar opened."""
        return nanoseconds(self.feed.lines.datetime[0])

    known = opened

    def sent(self, order: Any) -> int:
        """Return when `order` was sent: at the bar on which it was created, a bar before its notice."""
        return nanoseconds(order.created.dt)

    def rate(self, time: int) -> float:  # noqa: ARG002 - a track's form
        """Return 1: there is one currency."""
        return 1.0


def track(feed: BarsFeed, codes: tuple[int, int, int], conversion: Conversion) -> Track:
    """Return the track of a feed; `codes` are those of instrument, strategy and currency."""
    bars: Any = feed.bars
    return Track(feed, bars.instrument, *codes, bars.time.data, bars.known_at.data, conversion)
