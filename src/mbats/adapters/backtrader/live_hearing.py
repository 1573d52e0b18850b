"""What a venue's log means to the orders of a Backtrader strategy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import backtrader as bt
from backtrader.order import BuyOrder, SellOrder

from mbats.adapters.backtrader.book import Done
from mbats.adapters.backtrader.live_slip import Slip
from mbats.adapters.backtrader.matching import execute
from mbats.execution.broker import Kind
from mbats.execution.order import OrderType, Reason, Role
from mbats.live.book import Book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.adapters.backtrader.live_slip import Seat
    from mbats.execution.broker import TradePart, Transaction
    from mbats.live.past import News, Past

_ZERO = Decimal(0)
STOP, TARGET, TRAILING = "stop", "target", "trailing"


class Guard(NamedTuple):
    """A place at a trade that a protective order can take."""

    trade: int
    name: str


class Hearing:
    """Follows the account transaction by transaction, and changes orders and positions accordingly.

    Attributes
    ----------
    sent
        The orders that an instruction is about, by its ticket.
    guards
        The orders that protect open trades.
    awaited
        Those that were sent to.
    openers, stopped
        Backtrader's reference of the order that opened a trade; trades that were opened with a stop.
    """

    def __init__(self, past: Past, seats: Mapping[str, Seat], notify: Callable[[Any], None]) -> None:
        self.book = Book(past.prefix, past.start)
        self.sent: dict[str, list[Slip]] = {}
        self.guards: dict[Guard, Slip] = {}
        self.awaited: dict[Guard, Slip] = {}
        self.openers: dict[int, int] = {}
        self.stopped: set[int] = set()
        self._seats, self._notify = seats, notify
        self._numbers: dict[int, tuple[Slip, Guard | None]] = {}

    def hear(self, news: News) -> None:
        """Take in the next event."""
        one = news.transaction
        if one is None:
            self._came_to_nothing(news)
            return
        if one.kind is Kind.FILL:
            self._filled(one)
        elif one.kind is Kind.ORDER:
            self._ordered(one, self.sent.get(news.ticket, []))
        elif one.kind is Kind.CANCEL:
            self._cancelled(one)
        elif one.kind is Kind.REJECT:
            self._refused(news.ticket, one.why)
        self.book.apply(one)

    def end(self, slip: Slip, status: int = bt.Order.Canceled) -> None:
        """Let an order end unfilled, and its children with it."""
        self._seat(slip).slips.pop(slip.order.ref, None)
        if slip.order.alive():
            slip.order.status = status
            slip.order.executed.dt = slip.order.data.datetime[0]
            self._notify(slip.order)
        for child in slip.children:
            if not child.trades:
                self.end(child)

    def _seat(self, slip: Slip) -> Seat:
        return self._seats[slip.order.data.terms.symbol]

    def _came_to_nothing(self, news: News) -> None:
        if news.adopts:
            self._adopted(news.adopts)
        else:
            self._refused(news.ticket, Reason.CLIENT_REQUEST if news.refused == "overtaken" else Reason.LIMIT_REACHED)

    def _ordered(self, one: Transaction, slips: list[Slip]) -> None:
        if not one.trade:
            for slip in slips:
                slip.number = one.order
                self._numbers[one.order] = slip, None
            return
        place = Guard(one.trade, _name(one))
        slip_at = self.awaited.pop(place, None) or self.guards.get(place)
        if slip_at is not None:
            self.guards[place] = slip_at
            self._numbers[one.order] = slip_at, place
            slip_at.trades.add(one.trade)
            slip_at.number = one.order
            if one.price is not None:
                slip_at.order.created.price = float(one.price)

    def _cancelled(self, one: Transaction) -> None:
        slip, place = self._numbers.pop(one.order, (None, None))
        if slip is None:
            return
        if place is None:
            # A market order that met a closed market is sent again, or given up, which is news of its own.
            if one.why is not Reason.MARKET_HALTED or slip.order.exectype != bt.Order.Market:
                self.end(slip, _STATUS.get(one.why, bt.Order.Canceled))
            return
        if one.why is Reason.REPLACED and place not in self.awaited:
            return  # a person moved it: it is the same order elsewhere
        if self.guards.get(place) is slip:
            del self.guards[place]
        if place.trade not in {other.trade for other, holder in self.guards.items() if holder is slip}:
            slip.trades.discard(place.trade)
        if not slip.trades:
            self.end(slip)

    def _refused(self, ticket: str, why: Reason) -> None:
        for slip in self.sent.get(ticket, []):
            self.awaited = {place: other for place, other in self.awaited.items() if other is not slip}
            if not slip.trades:
                self.end(slip, _STATUS.get(why, bt.Order.Rejected))

    def _filled(self, one: Transaction) -> None:
        """Book what of a fill concerns the session's own trades, whoever's order it was."""
        seat = self._seats.get(one.instrument)
        slip, place = self._numbers.pop(one.order, (None, None))
        mine = [part for part in one.closed if (trade := self.book.trades.get(part.trade)) and trade.mine]
        opened = _ZERO
        if one.opened is not None and self.book.ours(one.opened.client_id or one.client_id):
            opened = one.opened.units
        if seat is None or one.price is None or not (mine or opened):
            return
        units = opened - sum((part.units for part in mine), _ZERO)
        order = slip.order if slip else _strange(seat, units)
        if slip is None or place is not None or order.exectype == bt.Order.Market:
            order.executed.remsize = float(units)
        self._execute(seat, order, one.price, units=units, opened=opened, mine=mine, commission=one.commission)
        if slip is not None:
            self._done(seat, slip, place)
            self._guard(slip, one.opened.trade if one.opened is not None else 0)

    def _execute(
        self,
        seat: Seat,
        order: Any,
        price: Decimal,
        *,
        units: Decimal,
        opened: Decimal,
        mine: list[TradePart],
        commission: Decimal = _ZERO,
    ) -> None:
        profit = sum((part.units * (price - self.book.trades[part.trade].price) for part in mine), _ZERO)
        average = seat.position.price
        size, position_price, _, _ = seat.position.update(float(units), float(price))
        told = Done(
            float(units), float(units - opened), float(opened), float(profit), (), average, size, position_price
        )
        execute(order, told, float(price), (float(commission), 0.0))
        self._notify(order)

    def _done(self, seat: Seat, slip: Slip, place: Guard | None) -> None:
        if place is not None:
            slip.trades.discard(place.trade)
            self.guards = {
                other: holder
                for other, holder in self.guards.items()
                if other.trade != place.trade or holder is not slip
            }
            if slip.trades:
                slip.order.status = bt.Order.Partial
        if not slip.order.alive():
            seat.slips.pop(slip.order.ref, None)

    def _guard(self, slip: Slip, trade: int) -> None:
        """Let the children of an entry protect what it opened; without that they end."""
        if trade:
            self.openers[trade] = slip.order.ref
        for child in slip.children:
            if not trade:
                self.end(child)
                continue
            child.trades.add(trade)
            for name in places(child.order):
                self.awaited[Guard(trade, name)] = child
                if name == STOP:
                    self.stopped.add(trade)

    def _adopted(self, number: int) -> None:
        trade = self.book.trades.get(number)
        seat = self._seats.get(trade.instrument) if trade else None
        if trade is None or seat is None or trade.mine:
            return
        self.book.adopt(number)
        order = _strange(seat, trade.units)
        order.executed.remsize = float(trade.units)
        self._execute(seat, order, trade.price, units=trade.units, opened=trade.units, mine=[])


def places(order: Any) -> tuple[str, ...]:
    """Return which places at a trade a protective order takes: a trailing one keeps the level where it starts, too."""
    if order.exectype == bt.Order.Limit:
        return (TARGET,)
    return (STOP, TRAILING) if order.exectype == bt.Order.StopTrail else (STOP,)


def _name(one: Transaction) -> str:
    if one.role is Role.TAKE_PROFIT:
        return TARGET
    return TRAILING if one.type is OrderType.TRAILING_STOP else STOP


def _strange(seat: Seat, units: Decimal) -> Any:
    """Return an order for what persons, guards or the venue did with the session's trades."""
    make = BuyOrder if units > 0 else SellOrder
    owner = seat.feed._env.runningstrats[0]
    order = make(owner=owner, data=seat.feed, size=abs(float(units)), exectype=bt.Order.Market)
    order.addcomminfo(owner.broker.getcommissioninfo(seat.feed))
    return order


_STATUS = {
    Reason.EXPIRED: bt.Order.Expired,
    Reason.INSUFFICIENT_MARGIN: bt.Order.Margin,
    Reason.CLIENT_REQUEST: bt.Order.Canceled,
    Reason.STOP_LOSS_ON_FILL_LOSS: bt.Order.Canceled,
    Reason.TAKE_PROFIT_ON_FILL_LOSS: bt.Order.Canceled,
}
