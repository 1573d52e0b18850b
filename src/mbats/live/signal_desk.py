"""Signal strategies live: each close means what it means in the simulators, by the same functions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.execution.broker import Cancel, Instruction, Protect, Submit
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.decision import Decision, bar_key
from mbats.live.expiry import lapses_at
from mbats.live.sizes import sized_units
from mbats.portfolio.plan import Holding, Verb, bracket, plan
from mbats.portfolio.signal_rows import SignalRows, risk_distance
from mbats.strategies.decision import decide_safely
from mbats.strategies.model_signal import beside
from mbats.strategies.signal import Anchor, OnOpenPosition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.broker import Transaction
    from mbats.live.book import Trade
    from mbats.live.view import View
    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from mbats.portfolio.plan import Plan
    from mbats.portfolio.signal_rows import SignalRow
    from mbats.portfolio.sizing import Sizing
    from mbats.strategies.signal import Signals, SignalStrategy

_ZERO = Decimal(0)


class SignalDesk:
    """Implements `mbats.live.desk.Desk` for a signal strategy.

    Parameters
    ----------
    number
        Place of the allocation among all of the session.
    """

    def __init__(self, strategy: SignalStrategy, symbols: Sequence[str], sizing: Sizing, number: int = 0) -> None:
        self.name, self.symbols = strategy.name, tuple(symbols)
        self._strategy, self._sizing, self._number = strategy, sizing, number

    def decide(self, view: View, closed: Sequence[str]) -> list[Decision]:
        """Decide at every instrument that has a new bar."""
        return [self._decide(view, symbol) for symbol in self.symbols if symbol in closed]

    def _decide(self, view: View, symbol: str) -> Decision:
        bars = view.bars(symbol)
        signals = decide_safely(beside(self._strategy, view.bars), bars)
        rows = SignalRows(signals)
        seat = _Seat(view, symbol, bars, signals, rows[len(bars) - 1], self._sizing)
        decision = seat.decide(Decision(bar_key(symbol, int(bars.time[-1])), symbol, int(bars.known_at[-1])))
        extras = rows.extras(len(bars) - 1) if decision.wants else {}
        return replace(decision, bar=int(bars.time[-1]), strategy=self._number, close=seat.close, extras=extras)


@dataclass(frozen=True, slots=True)
class _Seat:
    """One instrument at one close."""

    view: View
    symbol: str
    bars: Bars
    signals: Signals
    row: SignalRow
    sizing: Sizing

    @property
    def close(self) -> float:
        return float(self.bars.close[-1])

    def decide(self, decision: Decision) -> Decision:
        """Do what follows from the row and the position, in the order in which simulators do it."""
        trades, lapsed = self.view.trades(self.symbol), self._lapsed()
        decision = replace(decision, position=sum((trade.units for trade in trades), _ZERO), lapse=lapsed[1])
        on_open = OnOpenPosition(self.signals.on_open_position).code
        step = plan(self.row, on_open, self.close, self._holding(trades))
        acted = self._act(step, decision, trades)
        return replace(acted, orders=(*lapsed[0], *acted.orders))

    def _lapsed(self) -> tuple[list[Cancel], Reason]:
        """Return how the entry that waits is cancelled, and why."""
        waiting, reason = self.view.waiting(self.symbol), Reason.NONE
        for order in waiting:
            if self._expired(order):
                reason = Reason.EXPIRED
            elif self.row.side:
                reason = Reason.REPLACED
        return [Cancel("", self.symbol, order.order) for order in waiting if reason], reason

    def _expired(self, order: Transaction) -> bool:
        sent = self.view.origin(order.client_id).decision
        return sent is not None and 0 < sent.expiry_bars <= self.view.bars_held(self.symbol, sent.time)

    def _holding(self, trades: Sequence[Trade]) -> Holding:
        if not trades:
            return Holding()
        newest = trades[-1]
        decision, moved = self.view.origin(newest.client_id, newest.id)
        return Holding(
            side=1 if newest.units > 0 else -1,
            price=float(newest.price),
            bars=self.view.bars_held(self.symbol, newest.opened_at),
            moved=moved,
            break_even_trigger=decision.trigger if decision else math.nan,
        )

    def _act(self, step: Plan, decision: Decision, trades: Sequence[Trade]) -> Decision:
        if step.verb in {Verb.ENTER, Verb.REVERSE}:
            return self._enter(step.role, decision)
        if step.verb is Verb.CLOSE:
            return replace(decision, units=-float(decision.position), orders=(self._leave(decision, step.role),))
        if step.verb is Verb.MOVE_STOP:
            return self._move_stop(decision, trades[-1])
        return decision

    def _leave(self, decision: Decision, role: Role) -> Submit:
        return Submit("", self.symbol, -decision.position, role=role, reduce_only=True)

    def _move_stop(self, decision: Decision, trade: Trade) -> Decision:
        """Move the stop to the fill price, unless it is tighter; a trade without one gets one there."""
        tighter = trade.stop is not None and (trade.stop - trade.price) * trade.units >= 0
        orders = () if tighter else (Protect("", self.symbol, trade.id, stop=trade.price),)
        return replace(decision, moves=trade.id, orders=orders)

    def _enter(self, role: Role, decision: Decision) -> Decision:
        row, view = self.row, self.view
        distance = risk_distance(row.stop_distance, row.trailing_distance)
        units = sized_units(view, self.symbol, self.sizing, distance, row.size_hint)
        stop, target = bracket(row.side, self.close, row.stop_distance, row.target_distance)
        decision = replace(
            decision,
            units=row.side * units,
            stop=stop,
            target=target,
            nav=view.nav,
            trigger=row.break_even_trigger,
            expiry_bars=row.expiry_bars,
        )
        if units:
            return replace(decision, orders=(self._entry(role, decision),))
        leaves = (self._leave(decision, Role.EXIT),) if role is Role.REVERSAL else ()
        return replace(decision, blocked=Reason.SIZE_BELOW_LOT, orders=leaves)

    def _entry(self, role: Role, decision: Decision) -> Instruction:
        row, terms = self.row, self.bars.instrument
        kind = OrderType.MARKET if role is Role.REVERSAL else OrderType(self.signals.entry)
        on_fill = self.signals.anchor == Anchor.FILL
        waits = kind is not OrderType.MARKET
        return Submit(
            "",
            self.symbol,
            Decimal(repr(decision.units)).quantize(terms.lot) - decision.position,
            type=kind,
            role=role,
            price=self._level(row.entry_price) if waits else None,
            stop=None if on_fill or math.isnan(decision.stop) else self._level(decision.stop),
            target=None if on_fill or math.isnan(decision.target) else self._level(decision.target),
            stop_distance=_distance(row.stop_distance, terms) if on_fill else None,
            target_distance=_distance(row.target_distance, terms) if on_fill else None,
            trailing=_distance(row.trailing_distance, terms),
            valid_until=lapses_at(self.bars, row.expiry_bars) if waits else None,
        )

    def _level(self, price: float) -> Decimal:
        """Return a price on the tick; one that is not stated is the close, as in the simulators."""
        return on_tick(self.close if math.isnan(price) or price == 0.0 else price, self.bars.instrument)


def on_tick(price: float, terms: Instrument) -> Decimal:
    """Return a price rounded to the instrument's step, halves to even."""
    return Decimal(repr(terms.round_price(price))).quantize(terms.tick)


def _distance(distance: float, terms: Instrument) -> Decimal | None:
    return None if math.isnan(distance) else on_tick(distance, terms)
