"""Impossible rows: what no market can have done refuses the whole file, naming the row and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.base import MbatsError
from mbats.errors.data import (
    BarsOverlap,
    DuplicateTime,
    HighBelowLow,
    NegativeVolume,
    NotANumber,
    NotPositive,
    OutsideRange,
    SwappedColumns,
    UnsortedTime,
)
from mbats.market.timeframe import NANOSECONDS
from mbats.secmaster.moments import moment

if TYPE_CHECKING:
    from mbats.market.bars import Quotes
    from mbats.market.columns import FlagColumn, FloatColumn
    from mbats.secmaster.bar_table import BarTable

_FIELDS = ("open", "high", "low", "close")
_MOST = 0.5
# Mid prices are means of bid and ask, so each carries its own rounding of a few parts in 1e16.
_ROUNDING = 1e-12


def refuse_impossible(table: BarTable) -> None:
    """Raise the error of the first impossible row of `table`, if there is any.

    Refused are times out of order, twice there or closer than a bar is long, and prices that are not finite, not above
    zero, with the high below the low, or with an open or close outside high and low, on each side of the market by
    itself. Prices that contradict one another in most rows mean swapped columns, and the error says so.

    Raises
    ------
    mbats.errors.MbatsError
        One of `mbats.errors.data`, naming file, row, field, value and remedy.
    """
    _refuse_times(table)
    for prefix, quotes in table.quotes():
        _refuse_prices(table, prefix, quotes, _ROUNDING if not prefix and table.bid is not None else 0.0)
    _refuse_swapped_sides(table)
    _refuse_volume(table)


def _refuse_times(table: BarTable) -> None:
    steps = np.diff(table.time)
    wrong = np.flatnonzero(steps <= 0)
    if len(wrong):
        raise _disorder(table, int(wrong[0]) + 1)
    short = np.flatnonzero(steps < table.timeframe.nanoseconds) if table.timeframe.intraday else wrong
    if len(short):
        row = int(short[0])
        raise BarsOverlap(
            file=table.file,
            row=table.rows[row + 1],
            step=f"{steps[row] / NANOSECONDS:g}",
            timeframe=table.timeframe,
            length=table.timeframe.seconds,
        )


def _disorder(table: BarTable, row: int) -> MbatsError:
    same = np.flatnonzero(table.time[:row] == table.time[row])
    if len(same):
        return DuplicateTime(
            file=table.file, row=table.rows[row], time=moment(table.time[row]), previous=table.rows[same[0]]
        )
    return UnsortedTime(
        file=table.file, row=table.rows[row], time=moment(table.time[row]), previous=moment(table.time[row - 1])
    )


def _refuse_prices(table: BarTable, prefix: str, quotes: Quotes, tolerance: float) -> None:
    for name in _FIELDS:
        _refuse_values(table, prefix + name, getattr(quotes, name))
    crossed = quotes.high < quotes.low
    _refuse_swapped(table, crossed, f"{prefix}high is below {prefix}low")
    if crossed.any():
        row = int(np.argmax(crossed))
        raise HighBelowLow(**_place(table, crossed), field=prefix + "high", high=quotes.high[row], low=quotes.low[row])
    above, below = quotes.high * (1 + tolerance), quotes.low * (1 - tolerance)
    strays = {name: _outside(getattr(quotes, name), below, above) for name in ("open", "close")}
    _refuse_swapped(table, strays["open"] | strays["close"], f"{prefix}open or {prefix}close lies outside high and low")
    for name, stray in strays.items():
        if stray.any():
            row = int(np.argmax(stray))
            raise OutsideRange(
                **_place(table, stray),
                field=prefix + name,
                value=getattr(quotes, name)[row],
                low=quotes.low[row],
                high=quotes.high[row],
            )


def _refuse_values(table: BarTable, name: str, values: FloatColumn) -> None:
    for wrong, error in ((~np.isfinite(values), NotANumber), (values <= 0, NotPositive)):
        if wrong.any():
            raise error(**_place(table, wrong), field=name, value=values[int(np.argmax(wrong))])


def _refuse_swapped(table: BarTable, wrong: FlagColumn, what: str) -> None:
    if len(table) > 1 and wrong.mean() > _MOST:
        raise SwappedColumns(
            file=table.file,
            what=what,
            count=int(wrong.sum()),
            rows=len(table),
            row=table.rows[int(np.argmax(wrong))],
        )


def _refuse_swapped_sides(table: BarTable) -> None:
    if table.bid is not None and table.ask is not None:
        _refuse_swapped(table, table.ask.close < table.bid.close, "ask is below bid")


def _refuse_volume(table: BarTable) -> None:
    wrong = ~np.isfinite(table.volume)
    if wrong.any():
        raise NotANumber(**_place(table, wrong), field="volume", value=table.volume[int(np.argmax(wrong))])
    wrong = table.volume < 0
    if wrong.any():
        raise NegativeVolume(**_place(table, wrong), value=table.volume[int(np.argmax(wrong))])


def _place(table: BarTable, wrong: FlagColumn) -> dict[str, Any]:
    return {"file": table.file, "row": table.rows[int(np.argmax(wrong))], "count": int(wrong.sum())}


def _outside(values: FloatColumn, low: FloatColumn, high: FloatColumn) -> FlagColumn:
    outside: FlagColumn = (values < low) | (values > high)
    return outside
