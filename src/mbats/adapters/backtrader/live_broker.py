from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import backtrader as bt
from backtrader.order import BuyOrder, SellOrder

from mbats.adapters.backtrader.live_hearing import Hearing
from mbats.adapters.backtrader.live_slip import Seat, Slip
from mbats.adapters.backtrader.raw import turn_away
from mbats.adapters.backtrader.resting import resting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.adapters.backtrader.live_feed import LiveFeed
    from mbats.adapters.backtrader.live_store import Close, LiveStore
    from mbats.live.past import Past
    from mbats.market.instrument import Instrument


class LiveBroker(bt.BrokerBase):
    """A broker for Backtrader that sends nothing: it gathers what a strategy wants, and tells what became of it.

    Before the session's start every order is turned away (status Rejected), so that indicators warm up and the
    position stays flat.
    """

    params = (("store", None), ("past", None))

    def __init__(self) -> None:
        super().__init__()
        past: Past = self.p.past
        self._store: LiveStore = self.p.store
        self.seats: dict[str, Seat] = {}
        self.hearing = Hearing(past, self.seats, self.notify)
        self.startingcash = float(past.start.balance)
        self._held: dict[int, list[Any]] = {}
        self._notices: deque[Any] = deque()

    def seat(self, feed: LiveFeed) -> None:
        """Trade one more instrument."""
        self.seats[feed.terms.symbol] = Seat(feed)

    # What strategies ask.

    def getcash(self) -> float:
        """Return the session's balance: what the account had at its start, and what it earned since."""
        book = self.hearing.book
        return float(book.opening + book.earned)

    get_cash = getcash

    def getvalue(self, datas: Sequence[Any] | None = None) -> float:
        """Return the net asset value; of some feeds, what their positions are worth at mid."""
        if datas is None:
            return self.nav()
        seats = [self._seat(feed) for feed in datas]
        return float(
            sum(one.position.size * one.feed.close[0] * self._close.rate(one.feed.terms.symbol) for one in seats)
        )

    get_value = getvalue

    def getposition(self, data: Any) -> Any:
        """Return the position of a feed."""
        return self._seat(data).position

    @property
    def positions(self) -> dict[Any, Any]:
        """Positions by feed."""
        return {seat.feed: seat.position for seat in self.seats.values()}

    def get_orders_open(self, safe: bool = False) -> list[Any]:
        """Return the orders that wait, as clones if `safe`."""
        orders = [slip.order for seat in self.seats.values() for slip in seat.slips.values()]
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

    # What sizes rest on.

    def nav(self) -> float:
        """Return the net asset value at this close, account currency."""
        return self.startingcash if self._store.present is None else self._close.nav

    def track(self, feed: LiveFeed) -> _Track:
        """Return where the present bar of a feed stands."""
        return _Track(feed, self._close)

    # What strategies send.

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
            self._take(self._held.pop(parent.ref))
        return order

    def cancel(self, order: Any) -> bool:
        """Have an order cancelled that lives; one that was sent at this very close just does not go out."""
        seat = self._seat(order.data)
        slip = seat.slips.get(order.ref)
        if slip is None:
            return False
        if slip in seat.wanted:
            seat.wanted.remove(slip)
            self.hearing.end(slip)
        elif slip not in seat.unwanted:
            seat.unwanted.append(slip)
        return True

    def next(self) -> None:
        """Tell what happened since the close before."""
        for news in self._close.news:
            self.hearing.hear(news)

    @property
    def _close(self) -> Close:
        assert self._store.present is not None
        return self._store.present

    def _seat(self, feed: Any) -> Seat:
        return self.seats[feed.terms.symbol]

    def _order(self, kind: Any, owner: Any, data: Any, size: float, **terms: Any) -> Any:
        known = {name: terms.pop(name) for name in _TERMS if name in terms}
        limit = terms.pop("plimit", None)
        terms.pop("_checksubmit", None)
        order = kind(owner=owner, data=data, size=size, pricelimit=limit, **known)
        order.addinfo(**terms)
        order.addcomminfo(self.getcommissioninfo(data))
        return self.submit(order)

    def _take(self, group: list[Any]) -> None:
        if self._store.present is None or not self._close.trading:
            for order in group:
                turn_away(order, self)
            return
        slips = [self._accepted(order) for order in group]
        main = slips[0]
        for slip in slips[1:]:
            slip.parent = main
            main.children.append(slip)
        self._seat(main.order.data).wanted.append(main)

    def _accepted(self, order: Any) -> Slip:
        for take in (order.submit, order.accept):
            take(self)
            self.notify(order)
        resting(order, order.data.terms)
        slip = Slip(order)
        self._seat(order.data).slips[order.ref] = slip
        return slip


class _Track:
    """One feed at one close, as sizers and prices need it."""

    def __init__(self, feed: LiveFeed, close: Close) -> None:
        self.terms: Instrument = feed.terms
        self.known = close.known
        self._rate = close.rate

    def rate(self, time: int) -> float:  # noqa: ARG002 - a track's form
        """Return account currency per unit of quote currency at this close."""
        return self._rate(self.terms.symbol)


_TERMS = (
    "price",
    "exectype",
    "valid",
    "tradeid",
    "oco",
    "trailamount",
    "trailpercent",
    "parent",
    "transmit",
    "histnotify",
)
