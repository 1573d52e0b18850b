"""What strategies decided, as compiled code reads it, and the part of every decision that no fill rule touches."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.portfolio.signal_rows import SignalRow, manages
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget, affordable_units, whole_lots
from mbats.simulation.kernel.columns import Row, joined
from mbats.strategies.signal import Anchor, OnOpenPosition, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn
    from mbats.portfolio.sizing import Sizing

_FLOAT, _FLAG, _INT8, _WHOLE = np.dtype(np.float64), np.dtype(np.bool_), np.dtype(np.int8), np.dtype(np.int64)
_KINDS: dict[str, tuple[float, Any]] = {
    **dict.fromkeys(("stop_distance", "target_distance", "entry_price"), (math.nan, _FLOAT)),
    **dict.fromkeys(("exit_long", "exit_short"), (False, _FLAG)),
    **dict.fromkeys(("trailing_distance", "break_even_trigger"), (math.nan, _FLOAT)),
    "size_hint": (1.0, _FLOAT),
}
"""What a signal may leave out: what it says then, and the type of its column."""
_NONE = Signals(np.empty(0, np.int8))
FIXED, RISK, VOLATILITY = 0, 1, 2
_RULES: dict[type, tuple[int, str]] = {
    FixedUnits: (FIXED, "size"),
    PercentRisk: (RISK, "percent"),
    VolatilityTarget: (VOLATILITY, "percent"),
}


class Seat(NamedTuple):
    """What one instrument's strategy decided, and how big it trades.

    Attributes
    ----------
    strategy
        Its code in the journal.
    rows
        How many bars there are.
    signals, risk
        One of the two: of a signal strategy, or of a target strategy, aligned to the instrument's bars.
    volatility
        Where sizing looks at it.
    """

    strategy: int
    rows: int
    sizing: Sizing
    signals: Signals | None = None
    risk: FloatColumn | None = None
    volatility: FloatColumn | None = None


class Decisions(NamedTuple):
    """Decisions of m instruments; columns are joined like those of `Market`, or empty where nobody has them.

    Attributes
    ----------
    side .. max_bars
        The columns of `Signals`; `expiry` and `longest`, shape (m,), stand for counts that are no columns.
    risk
        Of target strategies.
    entry, on_open, anchored_on_fill
        As the signals say; `OnOpenPosition.code`.
    manages
        Whether an open position may need something at a bar without a signal.
    sizing, figure
        The rule's code and its one number.
    sequence
        Instruments in the order in which they decide.
    """

    side: NDArray[np.int8]
    stop_distance: FloatColumn
    target_distance: FloatColumn
    entry_price: FloatColumn
    exit_long: FlagColumn
    exit_short: FlagColumn
    trailing_distance: FloatColumn
    break_even_trigger: FloatColumn
    size_hint: FloatColumn
    expiry_bars: IntColumn
    max_bars: IntColumn
    risk: FloatColumn
    volatility: FloatColumn
    expiry: IntColumn
    longest: IntColumn
    strategy: IntColumn
    entry: IntColumn
    on_open: IntColumn
    anchored_on_fill: FlagColumn
    manages: FlagColumn
    targets: FlagColumn
    sizing: IntColumn
    figure: FloatColumn
    sequence: IntColumn


def lowered_decisions(seats: Sequence[Seat], sequence: Sequence[int]) -> Decisions:
    """Return the decisions of all instruments, in market order."""
    signals = [_NONE if seat.signals is None else seat.signals for seat in seats]
    columns = {name: _column([getattr(one, name) for one in signals], seats, *kind) for name, kind in _KINDS.items()}
    manners = tuple(map(_manner, seats, signals))
    return Decisions(
        side=_column([seat.signals.side if seat.signals else None for seat in seats], seats, 0, _INT8),
        risk=_column([seat.risk for seat in seats], seats, math.nan, _FLOAT),
        volatility=_column([seat.volatility for seat in seats], seats, math.nan, _FLOAT),
        expiry_bars=_counts([one.expiry_bars for one in signals], seats),
        max_bars=_counts([one.max_bars for one in signals], seats),
        **columns,
        **_standing(manners, tuple(sequence)),
    )


class _Manner(NamedTuple):
    """What a seat decides for all its bars, as in `Decisions`."""

    expiry: int
    longest: int
    strategy: int
    entry: int
    on_open: int
    anchored_on_fill: bool
    manages: bool
    targets: bool
    sizing: int
    figure: float


def _manner(seat: Seat, signals: Signals) -> _Manner:
    rule, figure = _RULES[type(seat.sizing)]
    return _Manner(
        0 if isinstance(signals.expiry_bars, np.ndarray) else signals.expiry_bars,
        0 if isinstance(signals.max_bars, np.ndarray) else signals.max_bars,
        seat.strategy,
        int(signals.entry),
        OnOpenPosition(signals.on_open_position).code,
        signals.anchor == Anchor.FILL,
        manages(signals),
        seat.signals is None,
        rule,
        getattr(seat.sizing, figure),
    )


@lru_cache
def _standing(manners: tuple[_Manner, ...], sequence: tuple[int, ...]) -> dict[str, Any]:
    """Return the columns of shape (m,): the same for most cells of a sweep."""
    values = zip(_Manner._fields, zip(*manners, strict=True), strict=True)
    kinds = {"figure": np.float64, **dict.fromkeys(("anchored_on_fill", "manages", "targets"), np.bool_)}
    columns = {name: joined([np.array(column)], kinds.get(name, np.int64)) for name, column in values}
    return columns | {"sequence": joined([np.array(sequence)], np.int64)}


def knows(sizing: object) -> bool:
    """Tell whether compiled code can size by this rule."""
    return type(sizing) in _RULES


def _column(given: Sequence[Any], seats: Sequence[Seat], empty: float, dtype: Any) -> Any:
    """Return what each seat gave, `empty` where it gave nothing; an empty column if none gave anything."""
    if len(given) == 1:
        return _nothing(dtype) if given[0] is None else joined(given, dtype)
    if all(column is None for column in given):
        return _nothing(dtype)
    pairs = zip(given, seats, strict=True)
    return joined([np.full(seat.rows, empty) if column is None else column for column, seat in pairs], dtype)


def _counts(given: Sequence[Any], seats: Sequence[Seat]) -> Any:
    """Return the bars that each seat counts; an empty column where nobody counts anew at each bar."""
    if all(type(count) is int for count in given):
        return _nothing(_WHOLE)
    return joined([np.broadcast_to(count, seat.rows) for count, seat in zip(given, seats, strict=True)], _WHOLE)


@lru_cache
def _nothing(dtype: Any) -> Any:
    return joined([], dtype)


def wish(decisions: Decisions, instrument: int, at: Row) -> SignalRow:
    """Return what the strategy of `instrument` wants at the joined bar row `at`."""
    d = decisions
    return SignalRow(
        d.side[at],
        d.stop_distance[at] if len(d.stop_distance) else math.nan,
        d.target_distance[at] if len(d.target_distance) else math.nan,
        d.entry_price[at] if len(d.entry_price) else math.nan,
        d.exit_long[at] if len(d.exit_long) else False,
        d.exit_short[at] if len(d.exit_short) else False,
        d.trailing_distance[at] if len(d.trailing_distance) else math.nan,
        d.break_even_trigger[at] if len(d.break_even_trigger) else math.nan,
        d.size_hint[at] if len(d.size_hint) else 1.0,
        d.expiry_bars[at] if len(d.expiry_bars) else d.expiry[instrument],
        d.max_bars[at] if len(d.max_bars) else d.longest[instrument],
    )


def units(
    decisions: Decisions, instrument: int, at: int, nav: float, rate: float, close: float, distance: float
) -> float:
    """Return unsigned units of a full-size position, before hint and lot, as `Sizing.units` does.

    `nav` and `distance` (of the stop that protects it) matter only where the rule looks at them.
    """
    rule, figure = decisions.sizing[instrument], decisions.figure[instrument]
    if rule == FIXED:
        return float(figure)
    if rule == RISK:
        return affordable_units(nav * figure / 100, distance * rate)
    return affordable_units(nav * figure / 100, decisions.volatility[at] * close * rate)


def looks_at_value(decisions: Decisions, instrument: int) -> bool:
    """Tell whether the instrument's sizing asks for the net asset value."""
    return bool(decisions.sizing[instrument] != FIXED)


def wanted(risk: float, full: float, lot: float) -> float:
    """Return the position of a target strategy whose full size is `full` units."""
    return whole_lots(risk * full, lot) if risk != 0.0 else 0.0


compilable(wish, units, looks_at_value, wanted)
