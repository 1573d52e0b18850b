from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbats.adapters.oanda.candles import MOST
from mbats.adapters.oanda.wire import decimal, nanoseconds, optional
from mbats.errors.broker import MalformedAnswer
from mbats.live.feed import LiveQuote
from mbats.market.bars import Bars
from mbats.market.calendar import known_at
from mbats.secmaster.bar_table import join, mid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.adapters.oanda.candles import Candles
    from mbats.adapters.oanda.client import Client
    from mbats.adapters.oanda.instruments import Instruments
    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.bar_table import BarTable

_LAST = 2**63 - 1


class OandaFeed:
    """Implements `mbats.live.feed.Feed`: complete candles and present prices."""

    def __init__(self, client: Client, instruments: Instruments, candles: Candles) -> None:
        self._client, self._instruments, self._candles = client, instruments, candles

    async def bars(self, instrument: str, timeframe: Timeframe, start: int, end: int | None = None) -> Bars:
        """Return the complete bars that open in ``[start, end)``; None: up to the newest complete one."""
        known = (await self._instruments.named([instrument]))[instrument]
        last = _LAST if end is None else end
        page = await self._candles.from_on(instrument, timeframe, start)
        tables = [page.table]
        while len(page.table) and page.seen == MOST and not page.forming and page.table.time[-1] < last:
            page = await self._candles.from_on(instrument, timeframe, int(page.table.time[-1]), after=True)
            tables.append(page.table)
        filled = [table for table in tables if len(table)]
        return _bars(join(filled) if filled else page.table, known).between(start, last)

    async def quotes(self, instruments: Sequence[str]) -> Mapping[str, LiveQuote]:
        """Return the present price of each instrument, with what its quote currency is worth."""
        path = f"{self._client.access.account_path}/pricing"
        asked = {"instruments": ",".join(instruments), "includeHomeConversions": "true"}
        body = await self._client.get(path, asked)
        rates = {str(row.get("currency")): row for row in body.get("homeConversions") or ()}
        try:
            quotes = [quote(price, rates) for price in body["prices"]]
        except (KeyError, TypeError, IndexError) as error:
            raise MalformedAnswer(url=self._client.access.url, path=path, why=f"a price: {error!r}") from None
        found = {one.instrument: one for one in quotes}
        await self._instruments.named(symbol for symbol in instruments if symbol not in found)
        return found


def quote(price: Mapping[str, Any], rates: Mapping[str, Mapping[str, Any]]) -> LiveQuote:
    """Return a price as REST and the stream show it: the best of each side, else what positions are closed at.

    Raises
    ------
    KeyError, TypeError, IndexError
        It is no price.
    """
    symbol = str(price["instrument"])
    rate = rates.get(symbol.partition("_")[2], {})
    return LiveQuote(
        instrument=symbol,
        time=nanoseconds(price["time"]),
        bid=decimal(price["bids"][0]["price"] if price.get("bids") else price["closeoutBid"]),
        ask=decimal(price["asks"][0]["price"] if price.get("asks") else price["closeoutAsk"]),
        tradeable=_tradeable(price),
        gain_rate=optional(rate.get("accountGain")),
        loss_rate=optional(rate.get("accountLoss")),
    )


def _tradeable(price: Mapping[str, Any]) -> bool:
    stated = price.get("tradeable")
    return bool(stated) if stated is not None else price.get("status") == "tradeable"


def _bars(table: BarTable, instrument: Instrument) -> Bars:
    assert table.bid is not None
    assert table.ask is not None
    assert table.alignment is not None
    return Bars(
        instrument=instrument,
        timeframe=table.timeframe,
        time=table.time,
        known_at=known_at(table.time, table.timeframe, table.alignment),
        mid=mid(table.bid, table.ask),
        volume=table.volume,
        bid=table.bid,
        ask=table.ask,
        vendor=table.vendor,
        alignment=table.alignment,
    )
