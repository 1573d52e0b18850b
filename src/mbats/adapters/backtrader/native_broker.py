from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt

from mbats.execution.order import Reason
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.adapters.backtrader.recorder import Recorder
    from mbats.adapters.backtrader.track import Track


class NativeBroker(bt.brokers.BackBroker):
    """Backtrader's own broker, bit for bit; it only tells the recorder what it tells the strategies.

    Its cash adds the money of all quote currencies up as if they were one, so it says nothing about an account in
    several currencies; `nav` does.
    """

    params = (("recorder", None),)

    def __init__(self) -> None:
        super().__init__()
        self.recorder: Recorder = self.p.recorder
        self._trades: dict[tuple[int, int], _Trade] = {}
        self._matching = False
        self._balance: float = self.p.cash
        self._record = {
            bt.Order.Submitted: self._submitted,
            bt.Order.Partial: self._filled,
            bt.Order.Completed: self._filled,
            bt.Order.Canceled: self._cancelled,
            bt.Order.Expired: self._expired,
            bt.Order.Margin: self._rejected,
            bt.Order.Rejected: self._rejected,
        }

    def next(self) -> None:
        """Match what waits with the present bars."""
        self._matching = True
        super().next()
        self._matching = False

    def notify(self, order: Any) -> None:
        """Pass a change of an order on, and record it."""
        super().notify(order)
        if record := self._record.get(order.status):
            record(order, self.recorder.track(order.data))

    def cancel(self, order: Any, bracket: bool = False) -> bool:
        """Cancel an order; `bracket`: because its bracket ended."""
        if not bracket:
            order.info.setdefault("reason", Reason.CLIENT_REQUEST)
        cancelled: bool = super().cancel(order, bracket=bracket)
        return cancelled

    def nav(self, tracks: list[Track]) -> float:
        """Return the net asset value in account currency at the mid closes of the present bars."""
        return self._balance + sum(self._unrealised(track) for track in tracks)

    def _unrealised(self, track: Track) -> float:
        position = self.positions[track.feed]
        if not position.size:
            return 0.0
        profit: float = position.size * (track.feed.lines.close[0] - position.price)
        return profit * track.rate(track.known)

    def _submitted(self, order: Any, _: Track) -> None:
        self.recorder.ordered(order, self.positions[order.data].size)

    def _filled(self, order: Any, track: Track) -> None:
        part = order.executed.exbits[-1]
        trade = self._trades.setdefault((id(order.data), order.tradeid), _Trade())
        pnl = trade.update(part.closed, part.price) + trade.update(part.opened, part.price)
        time, price = track.opened, order.executed.price
        rate = self.recorder.filled(order, time, price=price, units=part.size, pnl=pnl, mid=price)
        self.recorder.paid(order, time, -part.comm, rate)
        self._balance += (pnl - part.comm) * rate

    def _cancelled(self, order: Any, track: Track) -> None:
        reason = order.info.get("reason", Reason.LINKED_TRADE_CLOSED)
        kind = Kind.EXPIRY if reason == Reason.EXPIRED else Kind.CANCEL
        self.recorder.event(kind, order, track.opened if self._matching else track.known, reason=reason)

    def _expired(self, order: Any, track: Track) -> None:
        self.recorder.event(Kind.EXPIRY, order, track.opened, reason=Reason.EXPIRED)

    def _rejected(self, order: Any, track: Track) -> None:
        short = order.status == bt.Order.Margin  # otherwise a child whose parent was rejected
        reason = Reason.INSUFFICIENT_CASH if short else Reason.LINKED_TRADE_CLOSED
        self.recorder.event(Kind.REJECT, order, track.opened, reason=reason)


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
