"""One decision made of the decisions of many parameter sets: at each row that of the set which owns it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mbats.errors.walk_forward import SetsDisagree
from mbats.strategies.signal import Entry, OnOpenPosition, Signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import IntEnum, StrEnum

    from numpy.typing import NDArray

    from mbats.market.columns import IntColumn
    from mbats.pipelines.walk_forward.ownership import Timetable

STEP = "step"
"""Name of the column that tells which step decided."""
_SHARED = ("anchor", "entry", "on_open_position")
_COUNTS = ("max_bars", "expiry_bars")
_EXITS = ("exit_long", "exit_short")
_OPTIONAL: Mapping[str, Any] = {
    **dict.fromkeys(("stop_distance", "target_distance", "entry_price"), np.nan),
    **dict.fromkeys(("trailing_distance", "break_even_trigger"), np.nan),
    **dict.fromkeys(_EXITS, False),
    "size_hint": 1.0,
}
"""Columns that a strategy may leave out, with the value that says nothing."""
_EXTRA = "columns."


class Part(NamedTuple):
    """What one step's parameters decide, for the rows ``first <= row < first + len(signals)``."""

    step: int
    first: int
    signals: Signals


def tail(signals: Signals, first: int) -> Signals:
    """Return the rows from `first` on, as copies: the rest may be forgotten."""
    columns = {name: column[first:].copy() for name, column in signals.columns.items()}
    cut: dict[str, Any] = {}
    for field in fields(signals):
        value = getattr(signals, field.name)
        if isinstance(value, np.ndarray):
            cut[field.name] = value[first:].copy()
    return replace(signals, columns=columns, **cut)


def compose(owner: IntColumn, parts: Sequence[Part], times: Timetable, strategy: str) -> Signals:
    """Return the decision in which row t is that of step ``owner[t]``; the rows of a step without a part are empty.

    Once its test is over, a step enters nothing any more: its waiting entry orders lapse with the last bar inside the
    test, and what would have reversed a position closes it. Everything else about an open position stays as it was.

    Raises
    ------
    SetsDisagree
        The steps differ in what an account can follow only one of: anchor, kind of entry, manner with a position.
    """
    _check(parts, strategy)
    columns = _blank(len(owner), parts)
    for part in parts:
        rows = np.flatnonzero(owner == part.step)
        for name, column in _decided(part, rows, int(times.last[part.step - 1])).items():
            columns[name][rows] = column
    extras = {name.removeprefix(_EXTRA): columns.pop(name) for name in list(columns) if name.startswith(_EXTRA)}
    shared = {name: getattr(parts[0].signals, name) for name in _SHARED} if parts else {}
    return Signals(**columns, **shared, columns={**extras, STEP: owner.astype(np.float64)})


def _check(parts: Sequence[Part], strategy: str) -> None:
    for part in parts[1:]:
        for field in _SHARED:
            first, second = getattr(parts[0].signals, field), getattr(part.signals, field)
            if first != second:
                steps = {"first_step": parts[0].step, "second_step": part.step}
                raise SetsDisagree(strategy=strategy, field=field, first=_said(first), second=_said(second), **steps)


def _said(value: IntEnum | StrEnum) -> str:
    return value.name.lower()


def _blank(length: int, parts: Sequence[Part]) -> dict[str, Any]:
    """Return a column that says nothing for all that any part says something of."""
    used = [name for name in _OPTIONAL if any(getattr(part.signals, name) is not None for part in parts)]
    closes = any(part.signals.on_open_position != OnOpenPosition.IGNORE for part in parts)
    used += [name for name in _EXITS if closes and name not in used]
    extras = dict.fromkeys(f"{_EXTRA}{name}" for part in parts for name in part.signals.columns)
    return {
        **{name: np.full(length, _OPTIONAL[name]) for name in used},
        **{name: np.full(length, np.nan) for name in extras},
        **{name: np.zeros(length, dtype=np.int64) for name in _COUNTS},
        "side": np.zeros(length, dtype=np.int8),
    }


def _decided(part: Part, rows: IntColumn, last: int) -> dict[str, NDArray[Any]]:
    """Return what `part` decides at `rows`; from row `last` on no entries."""
    signals, own = part.signals, rows - part.first
    decided: dict[str, NDArray[Any]] = {
        name: column[own] for name in _OPTIONAL if (column := getattr(signals, name)) is not None
    }
    decided |= {f"{_EXTRA}{name}": column[own] for name, column in signals.columns.items()}
    decided |= {name: np.broadcast_to(getattr(signals, name), len(signals))[own] for name in _COUNTS}
    decided["side"] = np.where(rows < last, signals.side[own], 0).astype(np.int8)
    if signals.entry != Entry.MARKET:
        decided["expiry_bars"] = _lapsing(decided["expiry_bars"], np.maximum(last - rows, 0))
    if signals.on_open_position != OnOpenPosition.IGNORE:
        over = np.where(rows < last, 0, signals.side[own])
        for name, opposite in zip(_EXITS, (-1, 1), strict=True):
            decided[name] = decided.get(name, False) | (over == opposite)
    return decided


def _lapsing(expiry: IntColumn, left: IntColumn) -> IntColumn:
    """Return after how many bars an entry order lapses, where `left` bars of its step are left (0: never)."""
    shorter: IntColumn = np.minimum(np.where(expiry > 0, expiry, left), left)
    return shorter
