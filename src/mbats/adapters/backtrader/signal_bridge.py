from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.execution.order import OrderType, Reason, Role
from mbats.portfolio.intent import Intent
from mbats.portfolio.plan import Verb, bracket, plan
from mbats.portfolio.signal_rows import SignalRows, risk_distance
from mbats.portfolio.sizing import Situation, whole_lots
from mbats.portfolio.volatility import annualised_volatility
from mbats.strategies.signal import Anchor, OnOpenPosition

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.adapters.backtrader.ticket import Ticket
    from mbats.adapters.backtrader.track import Track
    from mbats.portfolio.plan import Plan
    from mbats.portfolio.signal_rows import SignalRow
    from mbats.portfolio.sizing import Sizing
    from mbats.strategies.signal import Signals


class SignalBridge(bt.Strategy):
    """Runs a signal strategy in Backtrader: `decide` was called once, each bar only looks its row up.

    Parameters
    ----------
    signals
        Decisions by symbol.
    """

    params = (("signals", None), ("sizing", None), ("recorder", None), ("nav", None), ("ticket", None))

    def start(self) -> None:
        """Take a seat at each instrument, in the order of the feeds."""
        self._seats = [
            _Seat(self.p.ticket(self, feed), self.p.recorder.track(feed), self.p.signals[feed._name], self.p)
            for feed in self.datas
        ]
        self._by_feed = {id(seat.ticket.feed): seat for seat in self._seats}

    def notify_order(self, order: Any) -> None:
        """Hand a change of an order to its instrument."""
        self._by_feed[id(order.data)].noted(order)

    def next(self) -> None:
        """Decide at every instrument that has a new bar."""
        for seat in self._seats:
            seat.turn()

    def prenext(self) -> None:
        """Decide even while another instrument has no bar yet."""
        self.next()


class _Seat:
    """One instrument of a signal strategy."""

    def __init__(self, ticket: Ticket, track: Track, signals: Signals, terms: Any) -> None:
        self.ticket = ticket
        self._row = -1
        self._track = track
        self._rows = SignalRows(signals)
        self._side = self._rows.side
        self._listens = self._rows.manages or signals.on_open_position != OnOpenPosition.IGNORE
        self._signals = signals
        self._on_open = OnOpenPosition(signals.on_open_position).code
        self._expiry = 0
        self._sizing: Sizing = terms.sizing
        self._nav: Callable[[], float] = terms.nav
        self._recorder = terms.recorder
        self._volatility = annualised_volatility(track.feed.bars).data

    def noted(self, order: Any) -> None:
        """Take notice of a change of an order; a bracket that counts from a fill is sent after that bar's decision.

        Backtrader cannot cancel at a close what was sent at that close: sent before, the bracket of a position that
        the decision ends or protects otherwise would live on.
        """
        self.ticket.noted(order)
        if self.ticket.unguarded:
            self.turn()
            self.ticket.guard()

    def turn(self) -> None:
        """Decide, once a bar."""
        row = len(self.ticket.feed) - 1
        if row != self._row:
            self._row = row
            self._decide(row)

    def _decide(self, row: int) -> None:
        """Do what follows from the signals of `row` and the position."""
        ticket = self.ticket
        if ticket.position.size:
            if not self._listens:
                return
        elif not self._side[row] and ticket.pending is None:
            return
        wish = self._rows[row]
        if ticket.pending is not None:
            self._lapse(row, wish)
        step = plan(wish, self._on_open, ticket.feed.lines.close[0], ticket.held())
        if step.verb:
            self._act(step, wish, row)

    def _lapse(self, row: int, wish: SignalRow) -> None:
        if 0 < self._expiry <= row - self.ticket.sent_row:
            self.ticket.cancel_pending(Reason.EXPIRED)
        elif wish.side:
            self.ticket.cancel_pending(Reason.REPLACED)

    def _act(self, step: Plan, wish: SignalRow, row: int) -> None:
        if step.verb is Verb.MOVE_STOP:
            self.ticket.move_stop()
        elif step.verb is Verb.CLOSE:
            self._recorder.decided(self._track, -self.ticket.position.size, _NO_BRACKET, self._rows.extras(row))
            self.ticket.close(step.role)
        else:
            self._enter(step.role, wish, row)

    def _enter(self, role: Role, wish: SignalRow, row: int) -> None:
        intent = self._intent(role, wish, row)
        ends = (intent.stop, intent.target)
        blocked = Reason.NONE if intent.units else Reason.SIZE_BELOW_LOT
        self._recorder.decided(self._track, intent.side * intent.units, ends, self._rows.extras(row), blocked)
        if not blocked:
            self._expiry = wish.expiry_bars
            self.ticket.enter(intent, abs(self.ticket.position.size))
        elif role is Role.REVERSAL:
            self.ticket.close(Role.EXIT)

    def _intent(self, role: Role, wish: SignalRow, row: int) -> Intent:
        signals, close = self._signals, self.ticket.feed.lines.close[0]
        stop, target = bracket(wish.side, close, wish.stop_distance, wish.target_distance)
        kind = OrderType.MARKET if role is Role.REVERSAL else OrderType(signals.entry)
        return Intent(
            side=wish.side,
            units=self._units(wish, close, row),
            type=kind,
            price=math.nan if kind is OrderType.MARKET else wish.entry_price,
            role=role,
            stop=stop,
            target=target,
            stop_distance=wish.stop_distance,
            target_distance=wish.target_distance,
            anchored_on_fill=signals.anchor == Anchor.FILL,
            trailing_distance=wish.trailing_distance,
            break_even_trigger=wish.break_even_trigger,
        )

    def _units(self, wish: SignalRow, close: float, row: int) -> float:
        track = self._track
        distance = risk_distance(wish.stop_distance, wish.trailing_distance)
        situation = Situation(track.terms, close, track.rate(track.known), self._nav(), distance, self._volatility[row])
        return whole_lots(self._sizing.units(situation) * wish.size_hint, float(track.terms.lot))


_NO_BRACKET = (math.nan, math.nan)
