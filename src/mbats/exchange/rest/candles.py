from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.rest import InvalidValue
from mbats.exchange.candles.query import CandleQuery
from mbats.exchange.moment import Moment
from mbats.market.local_time import NEW_YORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from mbats.exchange.candles.book import Candles
    from mbats.exchange.reply import Record
    from mbats.exchange.rest.call import Call
    from mbats.market.bars import Quotes

_LATEST = 2
_PARTS = 3


async def listed(call: Call) -> Response:
    """``GET /instruments/{instrument}/candles``, also below an account."""
    _check_units(call)
    candles = call.venue.candles.candles(
        CandleQuery(
            instrument=call.terms(call.path("instrument")).symbol,
            granularity=call.query.text("granularity") or "S5",
            price=call.query.text("price") or "M",
            count=call.query.number("count"),
            start=call.query.moment("from"),
            end=call.query.moment("to"),
            include_first=call.query.boolean("includeFirst", True),
            **_alignment(call),
        )
    )
    return call.answer(_record(candles))


async def latest(call: Call) -> Response:
    """``GET /accounts/{id}/candles/latest``: the forming candle and the last complete one of each specification."""
    _check_units(call)
    wanted = [_specified(call, written) for written in call.query.required("candleSpecifications").split(",")]
    return call.answer({"latestCandles": [_record(call.venue.candles.candles(query)) for query in wanted]})


def _specified(call: Call, written: str) -> CandleQuery:
    """Read a specification such as ``EUR_USD:S10:BM``."""
    parts = written.strip().split(":")
    if len(parts) != _PARTS:
        raise InvalidValue(name="candleSpecifications")
    symbol, granularity, price = parts
    call.terms(symbol, "candleSpecifications")
    return CandleQuery(symbol, granularity, price, _LATEST, **_alignment(call))


def _alignment(call: Call) -> dict[str, Any]:
    hour = call.query.number("dailyAlignment")
    return {
        "smooth": call.query.boolean("smooth", False),
        "daily_alignment": 17 if hour is None else hour,
        "alignment_timezone": call.query.text("alignmentTimezone") or NEW_YORK,
        "weekly_alignment": call.query.text("weeklyAlignment") or "Friday",
    }


def _check_units(call: Call) -> None:
    """Refuse units that are none; any number of them trades at the one price that the book has."""
    call.query.decimal("units")


def _record(candles: Candles) -> Record:
    return {
        "instrument": candles.instrument,
        "granularity": candles.granularity,
        "candles": list(_candles(candles)),
    }


def _candles(candles: Candles) -> Iterator[Record]:
    named = (("bid", candles.bid), ("mid", candles.mid), ("ask", candles.ask))
    sides = [(name, list(_prices(side, candles.precision))) for name, side in named if side is not None]
    rows = zip(candles.complete.tolist(), candles.volume.tolist(), candles.time.tolist(), strict=True)
    for row, (complete, volume, time) in enumerate(rows):
        prices = {name: side[row] for name, side in sides}
        yield {"complete": complete, "volume": volume, "time": Moment(time), **prices}


def _prices(side: Quotes, precision: int) -> Iterator[Record]:
    columns = (column.tolist() for column in (side.open, side.high, side.low, side.close))
    for values in zip(*columns, strict=True):
        yield dict(zip("ohlc", (f"{value:.{precision}f}" for value in values), strict=True))
