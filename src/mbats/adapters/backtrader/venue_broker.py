from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

import backtrader as bt
from backtrader.order import BuyOrder, SellOrder

from mbats.adapters.backtrader.matching import Matching
from mbats.adapters.backtrader.raw import turn_away
from mbats.adapters.backtrader.resting import resting
from mbats.execution.fills import tightened
from mbats.execution.order import Reason
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.adapters.backtrader.book import Book
    from mbats.adapters.backtrader.resting import Resting
    from mbats.adapters.backtrader.rollover import Rollover
    from mbats.adapters.backtrader.venue_account import VenueAccount
    from mbats.adapters.backtrader.witness import Witness


class VenueBroker(bt.BrokerBase):
    """A broker for Backtrader that fills by `venue` rules; see docs/simulation.md for the order of events.

    Takes what `bt.Strategy` sends: Market, Limit, Stop, StopLimit, StopTrail, Close, brackets (`parent`, `transmit`),
    `oco`, `valid`, cancels. Money is in the account's currency. At closes before `begins` every order is turned away.
    """

    params = (("books", ()), ("account", None), ("witness", None), ("costs", None), ("rollover", None), ("begins", 0))

    def __init__(self) -> None:
        super().__init__()
        account: VenueAccount = self.p.account
        self.startingcash = self._value = account.cash
        self._account = account
        self.witness: Witness = self.p.witness
        self._recorder = self.witness.recorder
        self._rollover: Rollover | None = self.p.rollover
        self._books: dict[int, Book] = {id(book.track.feed): book for book in self.p.books}
        self._held: dict[int, list[Any]] = {}
        self._notices: deque[Any] = deque()
        self._matching = Matching(account, self._recorder, self.p.costs, self.notify)

    @property
    def positions(self) -> dict[Any, Any]:
        """Positions by feed."""
        return {book.track.feed: book.position for book in self._account.books}

    def getcash(self) -> float:
        """Return the balance: what is realised."""
        return self._account.cash

    get_cash = getcash

    def getvalue(self, datas: Sequence[Any] | None = None) -> float:
        """Return the net asset value; of some feeds, what their positions are worth at mid."""
        if datas is None:
            return self._value
        books = [self._books[id(feed)] for feed in datas]
        return float(sum(book.position.size * book.mid * book.track.rate(book.track.known) for book in books))

    get_value = getvalue

    def getposition(self, data: Any) -> Any:
        """Return the position of a feed."""
        return self._books[id(data)].position

    def get_orders_open(self, safe: bool = False) -> list[Any]:
        """Return the orders that wait, as clones if `safe`."""
        orders = [rests.order for book in self._account.books for rests in book.waiting]
        return [order.clone() for order in orders] if safe else orders

    def orderstatus(self, order: Any) -> int:
        """Return the status of an order."""
        status: int = order.status
        return status

    def get_notification(self) -> Any:
        """Return the next notice for a strategy, None without one."""
        return self._notices.popleft() if self._notices else None

    def notify(self, order: Any) -> None:
        """Put a notice of a change of `order` on the list."""
        self._notices.append(order.clone())

    def buy(self, owner: Any, data: Any, size: float, **terms: Any) -> Any:
        """Take a buy order; the terms are those of `bt.Strategy.buy`."""
        return self._order(BuyOrder, owner, data, size, **terms)

    def sell(self, owner: Any, data: Any, size: float, **terms: Any) -> Any:
        """Take a sell order; the terms are those of `bt.Strategy.sell`."""
        return self._order(SellOrder, owner, data, size, **terms)

    def submit(self, order: Any) -> Any:
        """Take an order, and with the last of a bracket all of it."""
        parent = order.parent if order.parent is not None else order
        group = self._held.setdefault(parent.ref, [])
        group.append(order)
        if order.transmit:
            self._held.pop(parent.ref)
            parent.info.setdefault("bracket", _bracket(group))
            for one in group:
                self._accept(one)
        return order

    def cancel(self, order: Any) -> bool:
        """Cancel an order that waits; a bracket's other orders stay, its children go with an entry."""
        book = self._books[id(order.data)]
        found = [rests for rests in book.waiting if rests.order.ref == order.ref]
        reason = order.info.get("reason") or Reason.CLIENT_REQUEST
        for rests in found:
            self._matching.end(book, rests, reason, book.track.known)
        return bool(found)

    def tighten(self, order: Any, price: float) -> None:
        """Move a waiting stop to `price` where that is closer to the market than where it stands."""
        book = self._books[id(order.data)]
        for rests in (rests for rests in book.waiting if rests.order.ref == order.ref):
            level = tightened(rests.level, book.track.terms.round_price(price), rests.side)
            if level != rests.level:
                rests.level = order.created.price = level
                self._recorder.event(Kind.REPLACE, order, book.track.known, units=order.size, price=level)

    def next(self) -> None:
        """Run the present bars: rollovers, fills, rollovers inside the bars, the margin check at the close."""
        stepped = [book for book in self._account.books if book.behind]
        if not stepped:
            return
        opened = min(book.track.opened for book in stepped)
        self._charge(opened - 1)
        for book in stepped:
            book.advance()
        self._charge(opened)
        for book in stepped:
            self._matching.run(book)
        for book in stepped:
            book.settle()
        known = max(book.track.known for book in stepped)
        self._charge(known - 1)
        if self._account.exhausted(known):
            self._matching.close_out(stepped, known)
        self._value = self._account.nav(known)

    def _charge(self, until: int) -> None:
        if self._rollover is None:
            return
        for when, day in self._rollover.due(until):
            for book in self._account.books:
                if units := book.position.size:
                    self._finance(book, self._rollover.amount(book.track.terms, units, book.mid, when, day), when)

    def _finance(self, book: Book, amount: float, when: int) -> None:
        if amount:
            rate = book.track.rate(when)
            self._account.book_flow(book, amount, rate)
            self._recorder.financed(book.track, when, amount, rate)

    def _order(self, kind: Any, owner: Any, data: Any, size: float, **terms: Any) -> Any:
        known = {name: terms.pop(name) for name in _TERMS if name in terms}
        oco, limit = terms.pop("oco", None), terms.pop("plimit", None)
        terms.pop("_checksubmit", None)
        order = kind(owner=owner, data=data, size=size, pricelimit=limit, oco=oco, **known)
        order.addinfo(group=oco.info["group"] if oco is not None else order.ref, **terms)
        order.addcomminfo(self.getcommissioninfo(data))
        return self.submit(order)

    def _accept(self, order: Any) -> None:
        book = self._books[id(order.data)]
        if book.track.known < self.p.begins:
            turn_away(order, self)
            return
        book.owner = order.owner
        for take in (order.submit, order.accept):
            take(self)
            self.notify(order)
        rests = resting(order, book.track.terms)
        if order.parent is None:
            self._recorder.ordered(order, book.position.size)
            book.waiting.append(rests)
        else:
            self._take_child(book, rests)

    def _take_child(self, book: Book, rests: Resting) -> None:
        parent = rests.order.parent
        if any(waits.order.ref == parent.ref for waits in book.waiting):
            book.children.setdefault(parent.ref, []).append(rests)
        elif book.lots.of(parent.ref):
            self._recorder.ordered(rests.order, book.position.size)
            book.waiting.append(rests)
        else:
            self._recorder.ordered(rests.order, book.position.size)
            self._matching.end(book, rests, Reason.LINKED_TRADE_CLOSED, book.track.known)


def _bracket(group: list[Any]) -> tuple[float, float]:
    """Return stop and target of an entry's children; NaN without."""
    children = [order for order in group if order.parent is not None]
    targets = [order.created.price for order in children if order.exectype == bt.Order.Limit]
    stops = [order.created.price for order in children if order.exectype != bt.Order.Limit]
    return stops[0] if stops else math.nan, targets[0] if targets else math.nan


_TERMS = (
    "price",
    "exectype",
    "valid",
    "tradeid",
    "trailamount",
    "trailpercent",
    "parent",
    "transmit",
    "histnotify",
)
