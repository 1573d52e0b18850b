"""Lines of the pricing stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mbats.exchange.moment import Moment
from mbats.exchange.rest.pricing import client_price
from mbats.exchange.rest.rendering import line
from mbats.exchange.streams.heartbeats import Heartbeats

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mbats.exchange.quote import Quote
    from mbats.exchange.rest.rendering import TimeStyle
    from mbats.exchange.streams.timing import Timing
    from mbats.exchange.venue import Venue


class PriceLines:
    """The pricing streams of one venue, which share what they have rendered."""

    def __init__(self, venue: Venue, timing: Timing) -> None:
        self._venue, self._timing = venue, timing
        self._shown: dict[tuple[str, TimeStyle], tuple[Quote, bytes]] = {}

    async def stream(self, symbols: Sequence[str], style: TimeStyle, *, snapshot: bool) -> AsyncGenerator[bytes, None]:
        """Yield prices of `symbols` as they change, and heartbeats, for ever.

        Where time flows, the last price of each window goes out; where it is stepped, every one. What only grew older
        has not changed.
        """
        wanted, venue = frozenset(symbols), self._venue
        told: dict[str, tuple[object, ...]] = {}
        with venue.prices.subscription() as subscription:
            for symbol in symbols if snapshot else ():
                if quote := venue.exchange.quote(symbol):
                    told[symbol] = _said(quote)
                    yield self._line(symbol, quote, style)
            beats = Heartbeats(self._timing.heartbeat)
            while True:
                prices = [item for item in await subscription.batch(beats.left) if item.symbol in wanted]
                if not venue.stepped:
                    prices = list({item.symbol: item for item in prices}.values())
                for item in prices:
                    if told.get(item.symbol) != (said := _said(item.quote)):
                        told[item.symbol] = said
                        yield self._line(item.symbol, item.quote, style)
                if beats.due():
                    yield line({"type": "HEARTBEAT", "time": Moment(venue.now())}, style)
                if prices and not venue.stepped:
                    await asyncio.sleep(self._timing.window)

    def _line(self, symbol: str, quote: Quote, style: TimeStyle) -> bytes:
        shown = self._shown.get((symbol, style))
        if shown is None or shown[0] is not quote:
            price = client_price(quote, self._venue.exchange.instrument(symbol))
            shown = self._shown[symbol, style] = (quote, line(price, style))
        return shown[1]


def _said(quote: Quote) -> tuple[object, ...]:
    return quote.bid, quote.ask, quote.tradeable
