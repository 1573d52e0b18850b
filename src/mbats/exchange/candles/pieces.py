"""Bars cut where candles begin, each piece with the prices of the path through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.exchange.bar_path import SEGMENTS, bar_path
from mbats.exchange.tick_grid import down, up
from mbats.market.bars import Quotes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mbats.exchange.bar_path import BarPath
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

WAYPOINTS = 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """Consecutive parts of bars: when each begins, both sides, and how many prices came; each of shape (n,)."""

    time: TimeColumn
    bid: Quotes
    ask: Quotes
    volume: IntColumn

    def __len__(self) -> int:
        return len(self.time)


def whole(bars: Bars) -> Pieces:
    """Return every bar as one piece, its prices bit for bit."""
    assert bars.bid is not None
    assert bars.ask is not None
    return Pieces(bars.time, bars.bid, bars.ask, volumes(bars))


def split(bars: Bars, row: int, cuts: TimeColumn, until: int) -> Pieces:
    """Return one bar cut at `cuts`, as far as it has come at `until` (included)."""
    path, tick = bar_path(bars, row), bars.instrument.tick
    last = min(until, path.moments[-1])
    begins = np.concatenate([[path.moments[0]], cuts[cuts <= last]])
    ends = np.append(begins[1:] - 1, last)
    return Pieces(
        begins,
        _side(path, 0, begins, ends, lambda prices: down(prices, tick)),
        _side(path, 1, begins, ends, lambda prices: up(prices, tick)),
        _volume(int(volumes(bars.rows(row, row + 1))[0]), path, begins, ends),
    )


def joined(parts: list[Pieces]) -> Pieces:
    """Return pieces of several bars in order of time."""
    order = np.argsort(np.concatenate([part.time for part in parts]), kind="stable")
    return Pieces(
        np.concatenate([part.time for part in parts])[order],
        _together([part.bid for part in parts], order),
        _together([part.ask for part in parts], order),
        np.concatenate([part.volume for part in parts])[order],
    )


def aggregated(pieces: Pieces, starts: TimeColumn) -> Pieces:
    """Return one piece for each run of equal `starts`, shape (n,), and let it begin there."""
    begins = np.flatnonzero(np.diff(starts, prepend=starts[:1] - 1))
    bid, ask = (_aggregated(side, begins) for side in (pieces.bid, pieces.ask))
    return Pieces(starts[begins], bid, ask, np.add.reduceat(pieces.volume, begins))


def volumes(bars: Bars) -> IntColumn:
    """Return the bars' volumes, at least the number of their waypoints: a bar without a price would not exist."""
    return np.maximum(np.rint(bars.volume).astype(np.int64), WAYPOINTS)


def _aggregated(side: Quotes, begins: NDArray[np.intp]) -> Quotes:
    lasts = np.append(begins[1:], len(side.close)) - 1
    high, low = np.maximum.reduceat(side.high, begins), np.minimum.reduceat(side.low, begins)
    return Quotes(side.open[begins], high, low, side.close[lasts])


def _side(
    path: BarPath, side: int, begins: TimeColumn, ends: TimeColumn, shown: Callable[[FloatColumn], FloatColumn]
) -> Quotes:
    opens, closes = (shown(_at(path, side, times)) for times in (begins, ends))
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    for moment, point in zip(path.moments, path.points, strict=True):
        if moment <= ends[-1]:
            piece = int(np.searchsorted(begins, moment, side="right")) - 1
            price = float(shown(np.array([point[side]]))[0])
            high[piece], low[piece] = max(high[piece], price), min(low[piece], price)
    return Quotes(opens, high, low, closes)


def _at(path: BarPath, side: int, times: TimeColumn) -> FloatColumn:
    """Return the prices of one side at `times`: `BarPath.at` on columns, with the same arithmetic."""
    moments, points = np.array(path.moments), np.array([point[side] for point in path.points])
    segment = np.clip(np.searchsorted(moments, times, side="right") - 1, 0, SEGMENTS - 1)
    start, end = points[segment], points[segment + 1]
    share = (times - moments[segment]) / (moments[segment + 1] - moments[segment])
    prices = np.clip(start + (end - start) * share, np.minimum(start, end), np.maximum(start, end))
    return np.where(share >= 1.0, end, prices)


def _volume(volume: int, path: BarPath, begins: TimeColumn, ends: TimeColumn) -> IntColumn:
    length = path.known_at - path.moments[0]
    passed = [volume * (times - path.moments[0]) // length for times in (begins, ends + 1)]
    volumes: IntColumn = np.maximum(passed[1] - passed[0], 1)
    return volumes


def _together(parts: list[Quotes], order: IntColumn) -> Quotes:
    columns = zip(*((part.open, part.high, part.low, part.close) for part in parts), strict=True)
    return Quotes(*(np.concatenate(column)[order] for column in columns))
