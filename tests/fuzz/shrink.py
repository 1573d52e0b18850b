"""Make a failing case small: whatever can go while it still fails in the same way, goes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, fields, replace
from decimal import Decimal

import numpy as np

from fuzz.case import Case, Prepared, PreparedTargets
from fuzz.written import source
from mbats.execution.costs import FREE, Commission, Spread, SpreadSource
from mbats.market.bars import Quotes
from mbats.market.panel import align
from mbats.portfolio.sizing import FixedUnits
from mbats.strategies.decision import decide_safely
from mbats.strategies.signal import Signals
from mbats.strategies.target import TargetStrategy

PATIENCE = 1_500


class OutOfPatience(Exception):
    """So many trials were made as were allowed."""


class Attempts:
    """Tries smaller cases and keeps the last that still failed."""

    def __init__(self, case: Case, fails: Callable[[Case], bool], patience: int) -> None:
        self.best = case
        self._fails = fails
        self._left = patience

    def __call__(self, smaller: Case) -> bool:
        if not self._left:
            raise OutOfPatience
        self._left -= 1
        failed = self._fails(smaller)
        if failed:
            self.best = smaller
        return failed


def shrunk(case: Case, fails: Callable[[Case], bool], patience: int = PATIENCE) -> Case:
    """Return a small case for which `fails` still holds, after at most `patience` trials."""
    still, before = Attempts(case, fails, patience), None
    passes = (_fewer_instruments, _prepared, _fewer_bars, _plainer_terms, _plainer_signals, _plainer_prices)
    with suppress(OutOfPatience):
        while before != (before := _weight(still.best)):
            for shrink in passes:
                shrink(still.best, still)
    return still.best


def _weight(case):
    cells = [np.concatenate(_columns(bars.mid)) for bars in case.market.values()]
    return sum(map(len, cells)), sum(len(np.unique(column)) for column in cells), len(source(case))


def _columns(quotes):
    return quotes.open, quotes.high, quotes.low, quotes.close


def _what_still_fails(case, still, changes):
    """Keep every change after which the case still fails; None changes nothing."""
    for change in changes:
        smaller = change(case)
        if smaller is not None and still(smaller):
            case = smaller
    return case


def _fewer_instruments(case, still):
    return _what_still_fails(case, still, [lambda now, s=symbol: _without(now, s) for symbol in tuple(case.market)])


def _without(case, symbol):
    shares = tuple(
        replace(share, instruments=tuple(other for other in share.instruments if other != symbol))
        for share in case.allocations
    )
    shares = tuple(share for share in shares if share.instruments)
    market = {other: bars for other, bars in case.market.items() if other != symbol}
    return replace(case, allocations=shares, market=market) if shares else None


def _prepared(case, still):
    """Put what computed strategies decide in their place, so that bars can go without changing decisions."""
    try:
        shares = tuple(replace(share, strategy=_decided(share, case.market)) for share in case.allocations)
    except Exception:  # noqa: BLE001 - a strategy that raises is what the case is about
        return case
    prepared = replace(case, allocations=shares)
    return prepared if still(prepared) else case


def _decided(share, market):
    if isinstance(share.strategy, Prepared):
        signals = {symbol: share.strategy.signals[symbol] for symbol in share.instruments}
        return Prepared(signals=signals)
    if isinstance(share.strategy, TargetStrategy):
        panel = align({symbol: bars for symbol, bars in market.items() if symbol in share.instruments})
        risk = decide_safely(share.strategy, panel).risk
        return PreparedTargets(time=panel.time, risk={s: risk[:, column] for column, s in enumerate(panel.symbols)})
    return Prepared(signals={symbol: decide_safely(share.strategy, market[symbol]) for symbol in share.instruments})


def _fewer_bars(case, still):
    """Cut the end, then the beginning, then ever smaller blocks."""
    size = max(1, len(case.times) // 2)
    while True:
        start = len(case.times)
        while start > 0:
            times = case.times
            rest = np.concatenate([times[: max(0, start - size)], times[start:]])
            smaller = case.at_times(rest) if len(rest) else None
            if smaller is not None and all(len(bars) for bars in smaller.market.values()) and still(smaller):
                case = smaller
            start -= size
        if size == 1:
            return case
        size = max(1, size // 2)


def _plainer_terms(case, still):
    plain_shares = tuple(replace(share, sizing=FixedUnits(1_000.0)) for share in case.allocations)
    changes = [
        lambda now: replace(now, costs=FREE),
        lambda now: replace(now, costs=replace(now.costs, commission=Commission())),
        lambda now: replace(now, costs=replace(now.costs, slippage_pips=0.0)),
        lambda now: replace(now, costs=replace(now.costs, conversion_markup=0.0)),
        lambda now: replace(now, costs=replace(now.costs, spread=Spread(SpreadSource.NONE))),
        lambda now: replace(now, financing=None, costs=replace(now.costs, financing=False)),
        lambda now: replace(now, account=replace(now.account, leverage=None)),
        lambda now: replace(now, account=replace(now.account, cash=Decimal(1_000_000))),
        lambda now: replace(now, allocations=plain_shares),
        lambda now: replace(now, rates={name: bars.rows(0, 1) for name, bars in now.rates.items()}),
        lambda now: replace(now, rates={name: bars for name, bars in now.rates.items() if name in now.market}),
        lambda now: replace(now, market={name: replace(b, bid=None, ask=None) for name, b in now.market.items()}),
    ]
    return _what_still_fails(case, still, changes)


def _plainer_signals(case, still):
    for number, share in enumerate(case.allocations):
        if isinstance(share.strategy, Prepared):
            for symbol in share.instruments:
                case = _plainer_of(case, still, number, symbol)
    return case


def _plainer_of(case, still, number, symbol):
    def changed(now, **values):
        signals = {**now.allocations[number].strategy.signals}
        signals[symbol] = replace(signals[symbol], **values)
        shares = list(now.allocations)
        shares[number] = replace(shares[number], strategy=Prepared(signals=signals))
        return replace(now, allocations=tuple(shares))

    def signals_of(now):
        return now.allocations[number].strategy.signals[symbol]

    def silenced(now, first, last):
        side = signals_of(now).side.copy()
        if not side[first:last].any():
            return None
        side[first:last] = 0
        return changed(now, side=side)

    usual = {field.name: _default(field) for field in fields(Signals) if field.name != "side"}
    resets = [lambda now, n=name, v=value: _reset(now, signals_of, changed, n, v) for name, value in usual.items()]
    case = _what_still_fails(case, still, resets)
    size = max(1, len(signals_of(case)) // 2)
    while True:
        starts = range(0, len(signals_of(case)), size)
        blocks = [lambda now, f=first, n=size: silenced(now, f, f + n) for first in starts]
        case = _what_still_fails(case, still, blocks)
        if size == 1:
            return case
        size = max(1, size // 2)


def _reset(now, signals_of, changed, name, value):
    held = getattr(signals_of(now), name)
    same = held is value or (not isinstance(held, np.ndarray) and held == value)
    return None if same else changed(now, **{name: value})


def _default(field):
    return field.default if field.default is not MISSING else field.default_factory()


def _plainer_prices(case, still):
    changes = [lambda now, s=symbol, p=places: _rounded(now, s, p) for symbol in case.market for places in (5, 4, 3, 2)]
    changes += [
        lambda now, s=symbol, r=row: _flattened(now, s, r)
        for symbol in case.market
        for row in range(len(case.market[symbol]))
    ]
    return _what_still_fails(case, still, changes) if len(case.times) <= 60 else case


def _rounded(case, symbol, places):
    return _repriced(case, symbol, lambda quotes: Quotes(*(np.round(column, places) for column in _columns(quotes))))


def _flattened(case, symbol, row):
    """Let a bar stand where it closed."""

    def flat(quotes):
        columns = [column.copy() for column in _columns(quotes)]
        for column in columns[:3]:
            column[row] = columns[3][row]
        return Quotes(*columns)

    return _repriced(case, symbol, flat)


def _repriced(case, symbol, change):
    """Return the case with other prices of `symbol`, None where they are the same."""
    bars = case.market[symbol]
    held = {side: quotes for side in ("mid", "bid", "ask") if (quotes := getattr(bars, side)) is not None}
    sides = {side: change(quotes) for side, quotes in held.items()}
    if all(np.array_equal(_columns(sides[side]), _columns(held[side])) for side in held):
        return None
    return replace(case, market={**case.market, symbol: replace(bars, **sides)})
