from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.execution.order import Reason
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.adapters.backtrader.recorder import Recorder
    from mbats.adapters.backtrader.track import Track


class NativeJournal:
    """Turns the notices of Backtrader's own broker into journal rows: prices and profits as Backtrader reports them.

    Attributes
    ----------
    balance
        Cash in account currency: what was put in, realised and paid so far, at mid rates.
    """

    def __init__(self, recorder: Recorder, cash: float) -> None:
        self.recorder = recorder
        self.balance = cash
        self._held: dict[int, float] = defaultdict(float)
        self._trades: dict[tuple[int, int], _Trade] = defaultdict(_Trade)
        self._record = {
            bt.Order.Submitted: self._submitted,
            bt.Order.Partial: self._filled,
            bt.Order.Completed: self._filled,
            bt.Order.Canceled: self._cancelled,
            bt.Order.Expired: self._expired,
            bt.Order.Margin: self._rejected,
            bt.Order.Rejected: self._rejected,
        }

    def note(self, order: Any, at_close: bool = False) -> None:
        """Record a change of an order, inside the present bar or at its close."""
        if record := self._record.get(order.status):
            track = self.recorder.track(order.data)
            record(order, track, track.known if at_close else track.opened)

    def _submitted(self, order: Any, track: Track, _: int) -> None:
        self.recorder.ordered(order, self._held[id(order.data)], track.sent(order))

    def _filled(self, order: Any, _: Track, time: int) -> None:
        part = order.executed.exbits[-1]
        self._held[id(order.data)] += part.size
        trade = self._trades[id(order.data), order.tradeid]
        pnl = trade.update(part.closed, part.price) + trade.update(part.opened, part.price)
        price = order.executed.price
        rate = self.recorder.filled(order, time, price=price, units=part.size, pnl=pnl, mid=price)
        self.recorder.paid(order, time, -part.comm, rate)
        self.balance += (pnl - part.comm) * rate

    def _cancelled(self, order: Any, _: Track, time: int) -> None:
        reason = order.info.get("reason", Reason.LINKED_TRADE_CLOSED)
        kind = Kind.EXPIRY if reason == Reason.EXPIRED else Kind.CANCEL
        self.recorder.event(kind, order, time, reason=reason)

    def _expired(self, order: Any, _: Track, time: int) -> None:
        self.recorder.event(Kind.EXPIRY, order, time, reason=Reason.EXPIRED)

    def _rejected(self, order: Any, _: Track, time: int) -> None:
        short = order.status == bt.Order.Margin  # otherwise a child whose parent was rejected
        reason = Reason.INSUFFICIENT_CASH if short else Reason.LINKED_TRADE_CLOSED
        self.recorder.event(Kind.REJECT, order, time, reason=reason)


class _Trade:
    """Units and average price of a trade as Backtrader's `Trade` reports them, whose last bit can differ from cash."""

    def __init__(self) -> None:
        self.units = 0.0
        self.price = 0.0

    def update(self, units: float, price: float) -> float:
        if not units:
            return 0.0
        held, self.units = self.units, self.units + units
        if abs(self.units) <= abs(held):
            return -units * (price - self.price)
        self.price = (held * self.price + units * price) / self.units
        return 0.0
