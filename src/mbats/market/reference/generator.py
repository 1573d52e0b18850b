"""Seeded bid and ask bars of the major pairs and their crosses between real ECB fixings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mbats.errors.market import CurrencyWithoutFixings, OutsideFixings, TooFine
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import fx_pair
from mbats.market.fx_week import next_week_ends
from mbats.market.local_time import DAY, MINUTE, moment
from mbats.market.reference.forecast import BURN_IN, forecast_of
from mbats.market.reference.minutes import minutes
from mbats.market.reference.notice import VENDOR
from mbats.market.reference.quoting import mid_of, quote
from mbats.market.timeframe import Alignment, Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import TimeColumn
    from mbats.market.instrument import Instrument
    from mbats.market.reference.fixings import Fixings

    _Quoted: TypeAlias = tuple[TimeColumn, Quotes, Quotes]

SEED = 20
_WEEKS_AT_A_TIME = 26


def generate(
    fixings: Fixings,
    symbols: Sequence[str],
    timeframe: Timeframe,
    start: int,
    end: int,
    *,
    seed: int = SEED,
    alignment: Alignment = Alignment.NEW_YORK_17,
) -> dict[str, Bars]:
    """Return the bars that open in ``[start, end)`` and are complete by the last fixing, by symbol.

    The same seed and fixings give the same bars, whatever range, symbols or timeframe they are asked for with: every
    stretch between two fixings has random numbers of its own. `docs/reference-market.md` describes the process.

    Parameters
    ----------
    symbols
        Pairs of EUR, USD, GBP, JPY, CAD, AUD, NZD and CHF.
    start, end
        Nanoseconds UTC, inside `coverage`.

    Raises
    ------
    CurrencyWithoutFixings, OutsideFixings, TooFine
    """
    instruments = [_instrument(symbol, fixings) for symbol in symbols]
    if timeframe.nanoseconds % MINUTE:
        raise TooFine(timeframe=timeframe)
    _check_range(fixings, start, end)
    past = forecast_of(fixings)
    pieces: dict[str, list[_Quoted]] = {symbol: [] for symbol in symbols}
    for begin, finish in pairwise(_edges(start, end, alignment)):
        market = minutes(fixings, past, int(begin), int(finish), seed)
        grid = expected_opens(int(begin), int(finish), timeframe, alignment)
        for instrument in instruments:
            pieces[instrument.symbol].append(quote(market, instrument, grid))
    first, last = coverage(fixings)
    return {
        instrument.symbol: _whole(
            _bars(instrument, timeframe, alignment, _joined(pieces[instrument.symbol])), max(start, first), end, last
        )
        for instrument in instruments
    }


def coverage(fixings: Fixings) -> tuple[int, int]:
    """Return from when to when the reference market has prices, nanoseconds UTC."""
    moments = fixings.moments
    return int(moments[BURN_IN]), int(moments[-1])


def _instrument(symbol: str, fixings: Fixings) -> Instrument:
    instrument = fx_pair(symbol)
    known = ("EUR", *fixings.currencies)
    for currency in (instrument.base, instrument.quote):
        if currency not in known:
            raise CurrencyWithoutFixings(symbol=symbol, currency=currency, known=", ".join(known))
    return instrument


def _check_range(fixings: Fixings, start: int, end: int) -> None:
    first, last = coverage(fixings)
    for what, asked in (("beginning", start), ("end", end)):
        if not first <= asked <= last + DAY:
            raise OutsideFixings(what=what, asked=moment(asked), first=moment(first), last=moment(last))


def _edges(start: int, end: int, alignment: Alignment) -> TimeColumn:
    """Return edges of half-years that split no week of bars, from `start` or before to `end` or after."""
    weeks = _week_starts(start - 8 * DAY, end + 8 * DAY, alignment)
    first = int(np.searchsorted(weeks, start, side="right")) - 1
    last = int(np.searchsorted(weeks, end, side="left"))
    return np.unique(np.append(weeks[first:last:_WEEKS_AT_A_TIME], weeks[last]))


def _week_starts(start: int, end: int, alignment: Alignment) -> TimeColumn:
    days = np.arange(start, end, DAY, dtype=np.int64)
    if alignment == Alignment.UTC_MIDNIGHT:
        return np.unique(known_at(days, Timeframe("W"), alignment))
    return np.unique(next_week_ends(days))


def _bars(instrument: Instrument, timeframe: Timeframe, alignment: Alignment, quotes: _Quoted) -> Bars:
    opens, bid, ask = quotes
    return Bars(
        instrument=instrument,
        timeframe=timeframe,
        time=opens,
        known_at=known_at(opens, timeframe, alignment),
        mid=mid_of(bid, ask),
        volume=np.zeros(len(opens)),
        bid=bid,
        ask=ask,
        vendor=VENDOR,
        alignment=alignment,
        synthetic=True,
    )


def _joined(parts: list[_Quoted]) -> _Quoted:
    opens, bids, asks = zip(*parts, strict=True)
    return np.concatenate(opens), _side(bids), _side(asks)


def _side(parts: Sequence[Quotes]) -> Quotes:
    return Quotes(
        *(np.concatenate([getattr(part, price) for part in parts]) for price in ("open", "high", "low", "close"))
    )


def _whole(bars: Bars, start: int, end: int, last: int) -> Bars:
    """Return the bars that open in ``[start, end)``, without one that the last fixing cuts short."""
    chosen = bars.between(start, end)
    return chosen.rows(0, int(np.searchsorted(chosen.known_at, last, side="right")))
