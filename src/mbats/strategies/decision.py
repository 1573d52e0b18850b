from __future__ import annotations

import inspect
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np

from mbats.errors.strategy import MalformedDecision, StrategyFailed
from mbats.features.indicators.sharing import shared
from mbats.market.bars import Bars
from mbats.market.columns import read_only
from mbats.market.counterfactual import with_columns
from mbats.strategies.signal import Entry, Signals
from mbats.strategies.target import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.market.counterfactual import Record
    from mbats.market.panel import Panel
    from mbats.strategies.signal import SignalStrategy
    from mbats.strategies.target import TargetStrategy


@overload
def decide_safely(strategy: SignalStrategy, market: Bars) -> Signals: ...
@overload
def decide_safely(strategy: TargetStrategy, market: Panel) -> Targets: ...
def decide_safely(strategy: Any, market: Any) -> Signals | Targets:
    """Let `strategy` decide on `guarded` bars, and return a decision of the promised form.

    Integer and boolean columns are taken for floats (and the reverse for `side`) where nothing is lost; a `side` that
    is NaN, as in a warm-up, is 0.

    Raises
    ------
    StrategyFailed
        `decide` raised; names file and line of the user's code and the range of bars.
    MalformedDecision
        A column has the wrong length, type or impossible values.
    """
    decision: Signals | Targets = decide_guarded(strategy, guarded(market))
    return decision


def guarded(market: Record) -> Record:
    """Return bars, panel or quotes that a strategy cannot change."""
    return with_columns(market, read_only)


@overload
def decide_guarded(strategy: SignalStrategy, market: Bars) -> Signals: ...
@overload
def decide_guarded(strategy: TargetStrategy, market: Panel) -> Targets: ...
def decide_guarded(strategy: Any, market: Any) -> Signals | Targets:
    """Do what `decide_safely` does with bars that are `guarded` already, as those of many decisions can be."""
    try:
        decision = strategy.decide(market)
    except Exception as cause:
        raise failure(strategy, market, cause) from cause
    try:
        return _checked(decision, market)
    except ValueError as problem:
        raise MalformedDecision(strategy=strategy.name, market=describe(market), problem=problem) from problem


def describe(market: Bars | Panel) -> str:
    """Say in words which bars these are: instruments, count and range of time."""
    what = f"{market.instrument.symbol} {market.timeframe}" if isinstance(market, Bars) else ", ".join(market.symbols)
    if not len(market):
        return f"{what}, no bars"
    first, last = (np.datetime64(int(market.time[row]), "ns").astype("datetime64[s]") for row in (0, -1))
    return f"{what}, {len(market)} bars from {first}Z to {last}Z"


def failure(strategy: SignalStrategy | TargetStrategy, market: Bars | Panel, cause: Exception) -> StrategyFailed:
    """Return the error that says where in the user's code `cause` was raised, and on which bars."""
    frames = traceback.extract_tb(cause.__traceback__)
    file = inspect.unwrap(strategy.decide).__code__.co_filename
    frame = ([frame for frame in frames if frame.filename == file] or list(frames))[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    text = f"{type(cause).__name__}: {cause}"
    return StrategyFailed(strategy=strategy.name, where=where, market=describe(market), cause=text)


def _checked(decision: object, market: Bars | Panel) -> Signals | Targets:
    if isinstance(decision, Signals) and isinstance(market, Bars):
        return _checked_signals(decision, len(market))
    if isinstance(decision, Targets) and not isinstance(market, Bars):
        return _checked_targets(decision, (len(market), len(market.symbols)))
    promised = "Signals" if isinstance(market, Bars) else "Targets"
    raise ValueError(f"returned {type(decision).__name__} where {promised} was promised")


def _checked_signals(signals: Signals, rows: int) -> Signals:
    shape, changed = (rows,), dict[str, Any]()
    for name, check in _CHECKS.items():
        given = getattr(signals, name)
        if given is None and name not in _REQUIRED:
            continue
        if (checked := check(name, given, shape)) is not given:
            changed[name] = checked
    if signals.entry != Entry.MARKET and signals.entry_price is None:
        raise ValueError(f"entry is {signals.entry.name} and there is no entry_price")
    if not all(_is_floats(column, shape) for column in signals.columns.values()):
        changed["columns"] = _shown(signals.columns, shape)
    return replace(signals, **changed) if changed else signals


def _checked_targets(targets: Targets, shape: tuple[int, int]) -> Targets:
    risk = _floats("risk", targets.risk, shape)
    if np.isinf(risk).any():
        raise ValueError("risk is infinite in some rows")
    return Targets(risk, _shown(targets.columns, shape[:1]))


def _shown(columns: Mapping[str, object], shape: tuple[int, ...]) -> dict[str, FloatColumn]:
    return {name: _floats(f"columns[{name!r}]", column, shape) for name, column in columns.items()}


def _side(name: str, column: object, shape: tuple[int, ...]) -> NDArray[np.int8]:
    values = _numbers(name, column, shape)
    if values.dtype == _SIDE and values.min(initial=0) >= -1 and values.max(initial=0) <= 1:
        return values
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=0.0)
    with np.errstate(invalid="ignore"):  # what does not fit is refused right below
        side = values.astype(np.int8)
    wrong = (side != values) | (side > 1) | (side < -1)
    if wrong.any():
        raise ValueError(f"{name} holds {values[wrong][0]:g}; only -1, 0 and 1 mean something")
    return side


def _flags(name: str, column: object, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    values = _numbers(name, column, shape)
    flags = values.astype(np.bool_, copy=False)
    if (flags != values).any():
        raise ValueError(f"{name} holds other values than true and false")
    return flags


def _floats(name: str, column: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    if _is_floats(column, shape):
        return cast("FloatColumn", column)
    return _numbers(name, column, shape).astype(np.float64, copy=False)


def _is_floats(column: Any, shape: tuple[int, ...]) -> bool:
    return type(column) is np.ndarray and column.dtype is _FLOAT and column.shape == shape


def _numbers(name: str, column: object, shape: tuple[int, ...]) -> NDArray[Any]:
    values = np.asarray(column)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds {values.dtype} where numbers are due")
    if values.shape != shape:
        raise ValueError(f"{name} has shape {values.shape} where {shape} is due, one row a bar")
    return values


def _distances(name: str, column: object, shape: tuple[int, ...]) -> NDArray[np.float64]:
    values = _floats(name, column, shape)
    smallest, largest = _extent(values)
    if smallest < 0.0 or largest == np.inf:
        row = int(((values < 0) | np.isinf(values)).argmax())
        raise ValueError(f"{name} is {values[row]:g} in row {row}; it may not be negative or infinite (NaN: none)")
    return values


@shared
def _extent(values: FloatColumn) -> FloatColumn:
    """Return the smallest value, or 0, and the largest, or 0."""
    return np.array([np.fmin.reduce(values, initial=0.0), np.fmax.reduce(values, initial=0.0)])


def _bar_counts(name: str, value: object, shape: tuple[int, ...]) -> int | NDArray[np.int64]:
    if type(value) is int and value >= 0:
        return value
    counts = np.asarray(value) if np.ndim(np.asarray(value)) == 0 else _floats(name, value, shape)
    if counts.dtype.kind not in "biuf" or (counts < 0).any() or (counts % 1 != 0).any():
        raise ValueError(f"{name} holds other values than whole numbers; they may not be negative")
    return counts.astype(np.int64) if counts.ndim else int(counts)


_FLOAT, _SIDE = np.dtype(np.float64), np.dtype(np.int8)
_CHECKS: dict[str, Callable[[str, Any, tuple[int, ...]], Any]] = {
    "side": _side,
    **dict.fromkeys(("stop_distance", "target_distance", "trailing_distance"), _distances),
    **dict.fromkeys(("break_even_trigger", "size_hint"), _distances),
    "entry_price": _floats,
    "exit_long": _flags,
    "exit_short": _flags,
    "expiry_bars": _bar_counts,
    "max_bars": _bar_counts,
}
_REQUIRED = ("side", "expiry_bars", "max_bars")
