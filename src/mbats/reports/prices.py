"""Prices small enough to travel inside a page: whole ticks, differences, byte planes, gzip, base64.

A minute bar of EUR_USD with its spread takes about 6 bytes, so that half a million of them fit into an e-mail. The
page's script (`templates/prices.js`) undoes each step and gathers bars into fewer candles as far as a zoom asks for.
"""

from __future__ import annotations

import gzip
from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.timeframe import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, IntColumn

MOST_BARS = 1_200_000
"""Bars that one page carries; beyond, each instrument's are gathered into fewer before they are packed."""


def packed(content: bytes) -> str:
    """Return bytes as base64 of gzip, the same text for the same bytes."""
    return b64encode(gzip.compress(content, compresslevel=6, mtime=0)).decode("ascii")


def gathering(market: Mapping[str, Bars]) -> int:
    """Return how many bars go into one so that all instruments fit into a page."""
    return -(-sum(len(bars) for bars in market.values()) // MOST_BARS) or 1


def gathered(values: FloatColumn, size: int, fold: np.ufunc) -> FloatColumn:
    """Fold each `size` consecutive rows into one, the last group being what is left."""
    return np.asarray(fold.reduceat(values, np.arange(0, len(values), size)), dtype=np.float64)


def packed_bars(bars: Bars, size: int = 1) -> str:
    """Pack time, close, open, high, low and (where there are quotes) spread, in that order.

    Each column is int32: time in seconds and close as differences from the row before; open as its distance from the
    close before; high and low as distances from the body; prices in half ticks, since a mid lies between two ticks;
    spread in half ticks, the mean of closes.
    """
    if not len(bars):
        return packed(b"")
    first, last = np.arange(0, len(bars), size), np.append(np.arange(size, len(bars), size), len(bars)) - 1
    open_, close = in_half_ticks(bars, bars.open[first]), in_half_ticks(bars, bars.close[last])
    high = in_half_ticks(bars, gathered(bars.high, size, np.maximum))
    low = in_half_ticks(bars, gathered(bars.low, size, np.minimum))
    columns = [
        _steps(bars.time[first] // NANOSECONDS),
        _steps(close),
        open_ - np.concatenate(([0], close[:-1])),
        high - np.maximum(open_, close),
        np.minimum(open_, close) - low,
    ]
    if bars.bid is not None and bars.ask is not None:
        spread = gathered(bars.ask.close - bars.bid.close, size, np.add) / (last - first + 1)
        columns.append(in_half_ticks(bars, spread))
    return packed(b"".join(_planes(column) for column in columns))


def in_half_ticks(bars: Bars, prices: FloatColumn) -> IntColumn:
    """Return prices as whole numbers of half ticks."""
    return np.rint(np.nan_to_num(prices) / half_tick(bars)).astype(np.int64)


def half_tick(bars: Bars) -> float:
    """Return half of the instrument's smallest price step, in quote currency."""
    return float(bars.instrument.tick) / 2


def _steps(values: IntColumn) -> IntColumn:
    return np.diff(values, prepend=0)


def _planes(values: IntColumn) -> bytes:
    """Lay the four bytes of each zigzag-coded int32 apart: all first bytes, then all second ones, ..."""
    narrow: NDArray[np.int32] = values.astype(np.int32)
    zigzag = ((narrow << 1) ^ (narrow >> 31)).astype("<i4")
    return zigzag.view(np.uint8).reshape(-1, 4).T.tobytes()
