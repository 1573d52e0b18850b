"""Candles, page by page; only complete ones, both sides, and days that begin at 17:00 New York."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.oanda.wire import nanoseconds, rfc3339
from mbats.errors.broker import MalformedAnswer, UnknownGranularity
from mbats.market.bars import Quotes
from mbats.market.timeframe import Alignment
from mbats.secmaster.bar_table import BarTable

if TYPE_CHECKING:
    from mbats.adapters.oanda.client import Client
    from mbats.market.timeframe import Timeframe

MOST = 5_000
"""Candles in one answer; more are refused, not cut."""
GRANULARITIES = (
    *("S5", "S10", "S15", "S30", "M1", "M2", "M4", "M5", "M10", "M15", "M30"),
    *("H1", "H2", "H3", "H4", "H6", "H8", "H12", "D", "W"),
)
_NEW_YORK = {"dailyAlignment": "17", "alignmentTimezone": "America/New_York", "weeklyAlignment": "Friday"}


@dataclass(frozen=True, slots=True)
class CandlePage:
    """The complete bars of one answer, and whether the venue had more to give.

    Attributes
    ----------
    table
        Without the bar that is still forming; `BarTable.price` is None: mid prices are made from the two sides.
    seen
        Candles in the answer, the forming one included.
    forming
        Whether the last one was still forming.
    """

    table: BarTable
    seen: int
    forming: bool


class Candles:
    """The candles of an account's venue."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def from_on(
        self, symbol: str, timeframe: Timeframe, start: int, count: int = MOST, *, after: bool = False
    ) -> CandlePage:
        """Return the first `count` candles that open at `start`, nanoseconds UTC, or later; holes do not count.

        Where `start` lies within a candle, that one comes first. `after`: it, or the one that opens at `start`, is left
        out.
        """
        extent = {"from": rfc3339(start), "count": str(count), "includeFirst": str(not after).lower()}
        return await self._page(symbol, timeframe, extent)

    async def between(self, symbol: str, timeframe: Timeframe, start: int, end: int) -> CandlePage:
        """Return the candles that open in ``[start, end)``: at most `MOST` lengths, and not past the present."""
        return await self._page(symbol, timeframe, {"from": rfc3339(start), "to": rfc3339(end)})

    async def _page(self, symbol: str, timeframe: Timeframe, extent: dict[str, str]) -> CandlePage:
        if timeframe.name not in GRANULARITIES:
            raise UnknownGranularity(timeframe=timeframe, known=", ".join(GRANULARITIES))
        path = f"/v3/instruments/{symbol}/candles"
        body = await self._client.get(path, {"granularity": timeframe.name, "price": "BA", **_NEW_YORK, **extent})
        access = self._client.access
        name = f"{access.vendor} {symbol} {timeframe} from {extent['from']}"
        try:
            return _page(body["candles"], name, symbol, access.vendor, timeframe)
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedAnswer(url=access.url, path=path, why=f"a candle: {error!r}") from None


def _page(rows: list[dict[str, Any]], name: str, symbol: str, vendor: str, timeframe: Timeframe) -> CandlePage:
    done = [row for row in rows if row["complete"] is True]
    times = [nanoseconds(row["time"]) for row in done]
    if not all(times):
        raise ValueError("a time that is none")
    table = BarTable(
        file=name,
        symbol=symbol,
        vendor=vendor,
        timeframe=timeframe,
        rows=np.arange(1, len(done) + 1, dtype=np.int64),
        time=np.array(times, dtype=np.int64),
        volume=np.array([row["volume"] for row in done], dtype=np.float64),
        bid=_side(done, "bid"),
        ask=_side(done, "ask"),
        alignment=Alignment.NEW_YORK_17,
    )
    return CandlePage(table, len(rows), forming=len(done) < len(rows))


def _side(rows: list[dict[str, Any]], side: str) -> Quotes:
    return Quotes(*(np.array([float(row[side][price]) for row in rows], dtype=np.float64) for price in "ohlc"))
