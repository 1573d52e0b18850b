from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import backtrader as bt
from backtrader.order import BuyOrder, SellOrder

from mbats.adapters.backtrader.resting import Resting, Turn, protect
from mbats.execution.fills import NEVER, price_along, slipped, stop_on_wrong_side, target_on_wrong_side
from mbats.execution.margin import affordable
from mbats.execution.order import Reason, Role
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbats.adapters.backtrader.book import Book, Done
    from mbats.adapters.backtrader.recorder import Recorder
    from mbats.adapters.backtrader.resting import Touch
    from mbats.adapters.backtrader.venue_account import VenueAccount
    from mbats.execution.costs import Costs

_KINDS = {Reason.EXPIRED: Kind.EXPIRY, Reason.INSUFFICIENT_MARGIN: Kind.REJECT}


class Deal(NamedTuple):
    """A fill about to be booked: price with slippage, journal time, point of the bar's path."""

    price: float
    time: int
    point: float = 3.0
    slippage: float = 0.0


class Matching:
    """Where a venue's orders meet its market: fills, brackets, rejections, the margin closeout."""

    def __init__(self, account: VenueAccount, recorder: Recorder, costs: Costs, notify: Callable[[Any], None]) -> None:
        self._account = account
        self._recorder = recorder
        self._costs = costs
        self._notify = notify

    def run(self, book: Book) -> None:
        """Fill what the present bar of one instrument fills, in the order in which its path meets the orders."""
        if not book.waiting:
            return
        for rests in [rests for rests in book.waiting if rests.order.expire()]:
            self.end(book, rests, Reason.EXPIRED, book.track.opened)
        bid, ask = book.paths()
        while book.waiting:
            touch, rests = min(
                ((rests.touch(bid, ask, book.track), rests) for rests in book.waiting), key=itemgetter(0)
            )
            if touch.point == NEVER:
                break
            book.bid, book.ask = price_along(bid, touch.point), price_along(ask, touch.point)
            if rests.awaits_trigger:
                self._trigger(book, rests, touch)
            else:
                self._meet(book, rests, touch)
        for rests in book.waiting:
            rests.end_bar()

    def end(self, book: Book, rests: Resting, reason: Reason, time: int) -> None:
        """Take an order that waits off the book unfilled, with what hangs on it."""
        order = rests.order
        book.forget(rests)
        kind = _KINDS.get(reason, Kind.CANCEL)
        if kind is Kind.REJECT:
            order.margin()
        elif order.alive():
            order.cancel()
        self._recorder.event(kind, order, time, reason=reason)
        self._notify(order)
        self._end_children(book, order)
        self._end_group(order, time)

    def close_out(self, books: Iterable[Book], time: int) -> None:
        """Close every position of `books` at the last price, without slippage."""
        for book in books:
            if units := book.position.size:
                self._recorder.margin_call(book.track, time, units)
                order = closing_order(book, units)
                self._recorder.ordered(order, units, time)
                self._fill(book, Resting(order), Deal(book.leaving, time))

    def _trigger(self, book: Book, rests: Resting, touch: Touch) -> None:
        rests.order.triggered = True
        rests.live_from = touch.point
        self._recorder.event(Kind.TRIGGER, rests.order, book.track.opened, price=touch.price, units=rests.order.size)

    def _meet(self, book: Book, rests: Resting, touch: Touch) -> None:
        time, order = book.track.opened, rests.order
        order.executed.remsize = units = book.fillable(order)
        slippage = self._slippage(book) if touch.turn in {Turn.MARKET, Turn.STOP} else 0.0
        price = slipped(touch.price, rests.side, slippage)
        if not units:
            self.end(book, rests, Reason.LINKED_TRADE_CLOSED, time)
        elif refusal := self._refusal(book, order, units, price, time):
            self.end(book, rests, refusal, time)
        else:
            self._fill(book, rests, Deal(price, time, touch.point, slippage))

    def _refusal(self, book: Book, order: Any, units: float, price: float, time: int) -> Reason:
        after = book.position.size + units
        if after * units <= 0:
            return Reason.NONE
        account = self._account
        others = account.margin_used(time) - account.margin(book, book.position.size, time)
        if not affordable(others + account.margin(book, after, time), account.nav(time)):
            return Reason.INSUFFICIENT_MARGIN
        side = 1 if after > 0 else -1
        leaving = book.bid if side > 0 else book.ask
        for child in book.children.get(order.ref, ()):
            protect(child, price, leaving, book.track)
            if child.is_limit and target_on_wrong_side(side, child.level, leaving):
                return Reason.TAKE_PROFIT_ON_FILL_LOSS
            if not child.is_limit and stop_on_wrong_side(side, child.level, leaving):
                return Reason.STOP_LOSS_ON_FILL_LOSS
        return Reason.NONE

    def _fill(self, book: Book, rests: Resting, deal: Deal) -> None:
        price, time = deal.price, deal.time
        order = rests.order
        book.forget(rests)
        done = book.fill(order, price)
        commission = self._costs.commission.of
        fees = commission(done.closed, price), commission(done.opened, price)
        execute(order, done, price, fees)
        rate = self._recorder.filled(
            order, time, price=price, units=done.units, pnl=done.profit, mid=book.mid, slippage=deal.slippage
        )
        self._recorder.paid(order, time, -sum(fees), rate)
        for amount in (done.profit, -sum(fees)):
            self._account.book_flow(book, amount, rate)
        self._notify(order)
        self._end_linked(book, order, done.finished, time)
        self._end_group(order, time)
        self._wake_children(book, order, done.opened, deal)

    def _end_linked(self, book: Book, order: Any, finished: tuple[int, ...], time: int) -> None:
        reason = order.info.get("reason") or Reason.LINKED_TRADE_CLOSED
        for rests in list(book.waiting):
            parent = rests.order.parent
            if parent is not None and parent.ref in finished:
                self.end(book, rests, reason, time)

    def _end_group(self, order: Any, time: int) -> None:
        for book in self._account.books:
            for rests in list(book.waiting):
                if rests.order.info["group"] == order.info["group"] and rests.order.ref != order.ref:
                    self.end(book, rests, Reason.LINKED_TRADE_CLOSED, time)

    def _end_children(self, book: Book, order: Any) -> None:
        for child in book.children.pop(order.ref, ()):
            child.order.cancel()
            self._notify(child.order)

    def _wake_children(self, book: Book, order: Any, opened: float, deal: Deal) -> None:
        if not opened:
            self._end_children(book, order)
        for child in book.children.pop(order.ref, ()):
            child.live_from = deal.point
            self._recorder.ordered(child.order, book.position.size, deal.time)
            book.waiting.append(child)

    def _slippage(self, book: Book) -> float:
        return self._costs.slippage_pips * float(book.track.terms.pip)


def closing_order(book: Book, units: float) -> Any:
    """Return the market order by which a venue closes a position on its own account."""
    make = SellOrder if units > 0 else BuyOrder
    order = make(owner=book.owner, data=book.track.feed, size=abs(units), exectype=bt.Order.Market)
    order.addinfo(role=Role.CLOSEOUT, reason=Reason.MARGIN_CLOSEOUT, group=order.ref)
    order.addcomminfo(book.owner.broker.getcommissioninfo(book.track.feed))
    return order


def execute(order: Any, done: Done, price: float, fees: tuple[float, float]) -> None:
    """Tell an order of Backtrader's what was done; `fees` are those of the closed and of the opened units."""
    order.execute(
        order.data.datetime[0],
        done.units,
        price,
        done.closed,
        -done.closed * done.average,
        fees[0],
        done.opened,
        done.opened * price,
        fees[1],
        None,
        done.profit,
        done.position,
        done.position_price,
    )
