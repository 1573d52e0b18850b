from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mbats.errors.rest import InvalidValue
from mbats.exchange.candles.pieces import Pieces, aggregated, joined, split, whole
from mbats.exchange.tick_grid import middle, places
from mbats.market.bars import Quotes

if TYPE_CHECKING:
    from mbats.exchange.candles.query import CandleQuery
    from mbats.market.bars import Bars
    from mbats.market.columns import FlagColumn, IntColumn, TimeColumn
    from mbats.market.instrument import Instrument


class Past(Protocol):
    """What the exchange has lived through."""

    @property
    def time(self) -> int:
        """The present moment, nanoseconds UTC."""
        ...

    def bars(self, symbol: str) -> Bars | None:
        """Return the bars of `symbol` from the beginning to the present one or beyond; None: it does not trade here."""
        ...


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles of one instrument; prices lie on the tick grid and have `precision` decimal places.

    Attributes
    ----------
    time, complete, volume
        Opening (nanoseconds UTC), whether it is over, how many prices; each of shape (n,).
    bid, ask, mid
        The sides that were asked for.
    """

    instrument: str
    granularity: str
    precision: int
    time: TimeColumn
    complete: FlagColumn
    volume: IntColumn
    bid: Quotes | None = None
    ask: Quotes | None = None
    mid: Quotes | None = None

    def __len__(self) -> int:
        return len(self.time)


class CandleBook:
    """Candles of every length, cut from the bars behind us and from the path through the present one.

    A candle that begins and ends with a bar of the tape is that bar, bit for bit on bid and ask. Where it is shorter,
    its prices are those of the path, rounded as quotes are. A stretch in which the market was closed has no candle.
    """

    def __init__(self, past: Past) -> None:
        self._past = past

    def candles(self, query: CandleQuery) -> Candles:
        """Return what `query` asks for, ascending.

        Raises
        ------
        mbats.errors.rest.InvalidValue, TimeAhead
        """
        bars = self._past.bars(query.instrument)
        if bars is None:
            raise InvalidValue(name="instrument")
        query.check_past(self._past.time)
        forward = query.start is not None
        chosen = _forward(bars, query, self._past.time) if forward else _backward(bars, query, self._past.time)
        return _shown(chosen, query, bars.instrument, self._past.time)


def _forward(bars: Bars, query: CandleQuery, now: int) -> Pieces:
    assert query.start is not None
    covering = int(query.alignment.starts(query.length, np.array([query.start]))[0])
    lowest = covering if query.include_first else covering + 1
    first, last = int(np.searchsorted(bars.known_at, covering, side="right")), _last_row(bars, query, now)
    rows = _enough(bars, query)
    while True:
        stop = min(first + rows, last)
        made = _made(bars, first, stop, query, now)
        chosen = _rows(made, int(np.searchsorted(made.time, lowest)), _end(made, query))
        if stop == last:
            return _rows(chosen, 0, query.wanted)
        if len(chosen) > query.wanted:
            return _rows(chosen, 0, query.wanted)
        rows *= 2


def _backward(bars: Bars, query: CandleQuery, now: int) -> Pieces:
    last, rows = _last_row(bars, query, now), _enough(bars, query)
    while True:
        first = max(0, last - rows)
        made = _made(bars, first, last, query, now)
        chosen = _rows(made, 0, _end(made, query))
        if first == 0 or len(chosen) > query.wanted:
            return _rows(chosen, max(0, len(chosen) - query.wanted), len(chosen))
        rows *= 2


def _enough(bars: Bars, query: CandleQuery) -> int:
    """Return how many bars should hold the candles wanted, and one more; where bars are missing more are taken."""
    return (query.wanted + 1) * query.length.nanoseconds // bars.timeframe.nanoseconds + 2


def _last_row(bars: Bars, query: CandleQuery, now: int) -> int:
    """Return the row behind the last bar that can belong to a candle wanted."""
    last = int(np.searchsorted(bars.time, now, side="right"))
    if query.end is None:
        return last
    start = int(query.alignment.starts(query.length, np.array([query.end - 1]))[0])
    return min(last, int(np.searchsorted(bars.time, query.alignment.end(query.length, start))))


def _end(made: Pieces, query: CandleQuery) -> int:
    return len(made) if query.end is None else int(np.searchsorted(made.time, query.end))


def _made(bars: Bars, first: int, last: int, query: CandleQuery, now: int) -> Pieces:
    chosen = bars.rows(first, last)
    if not len(chosen):
        return whole(chosen)
    starts = query.alignment.starts(query.length, chosen.time)
    cut = (query.alignment.starts(query.length, chosen.known_at - 1) != starts) | (chosen.known_at > now)
    parts = [_only(whole(chosen), ~cut)]
    for row in np.flatnonzero(cut):
        opens, over = int(chosen.time[row]), int(chosen.known_at[row])
        parts.append(split(chosen, int(row), query.alignment.cuts(query.length, opens, over), now))
    pieces = joined(parts)
    return aggregated(pieces, query.alignment.starts(query.length, pieces.time))


def _only(pieces: Pieces, rows: FlagColumn) -> Pieces:
    numbers = np.flatnonzero(rows)
    return Pieces(pieces.time[rows], pieces.bid.rows(numbers), pieces.ask.rows(numbers), pieces.volume[rows])


def _rows(pieces: Pieces, first: int, last: int) -> Pieces:
    chosen = slice(first, last)
    return Pieces(pieces.time[chosen], pieces.bid.rows(chosen), pieces.ask.rows(chosen), pieces.volume[chosen])


def _shown(made: Pieces, query: CandleQuery, instrument: Instrument, now: int) -> Candles:
    complete = np.ones(len(made), dtype=np.bool_)
    if len(made):
        complete[-1] = query.alignment.end(query.length, int(made.time[-1])) <= now
    sides = {"B": made.bid, "A": made.ask, "M": middle(made.bid, made.ask, instrument.tick)}
    bid, ask, mid = (_wanted(sides[letter], query) if letter in query.price else None for letter in "BAM")
    return Candles(
        instrument=query.instrument,
        granularity=query.granularity,
        precision=places(instrument.tick),
        time=made.time,
        complete=complete,
        volume=made.volume,
        bid=bid,
        ask=ask,
        mid=mid,
    )


def _wanted(side: Quotes, query: CandleQuery) -> Quotes:
    if not query.smooth:
        return side
    opens = np.concatenate([side.open[:1], side.close[:-1]])
    return Quotes(opens, np.maximum(side.high, opens), np.minimum(side.low, opens), side.close)
