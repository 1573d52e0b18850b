from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mbats.exchange.engine.amounts import NOTHING, ZERO
from mbats.exchange.engine.order import CANCELLED, FILLED, PENDING
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from mbats.exchange.engine.order import Order
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record


@dataclass(slots=True)
class Tally:
    """What an instrument has brought so far, account currency; long and short apart."""

    pl: dict[bool, Decimal] = field(default_factory=lambda: {True: NOTHING, False: NOTHING})
    financing: dict[bool, Decimal] = field(default_factory=lambda: {True: NOTHING, False: NOTHING})


@dataclass(slots=True)
class Batch:
    """Transactions that one request, or one event of the market, brings about together."""

    time: int
    request: str = ""
    ids: list[int] = field(default_factory=list)


class Book:
    """An account: its money, orders, trades, and the log of all that happened to it."""

    def __init__(self, account: str, currency: str, *, user: int, alias: str, created: int) -> None:
        self.id, self.currency, self.user, self.alias, self.created = account, currency, user, alias, created
        self.margin_rate: Decimal | None = None
        self.balance = self.pl = self.financing = NOTHING
        self.last_fill = 0
        self.orders: dict[int, Order] = {}
        self.trades: dict[int, Trade] = {}
        self.tallies: dict[str, Tally] = {}
        self.transactions: list[Record] = []
        self.batch = Batch(created)
        self.tell: Callable[[str, Record], None] = lambda _account, _transaction: None
        self.changed_orders: set[int] = set()
        self.changed_trades: set[int] = set()
        self.pending: dict[int, Order] = {}
        self._open: dict[str, dict[int, Trade]] = {}

    @property
    def next_id(self) -> int:
        """The id that the next transaction gets."""
        return len(self.transactions) + 1

    def begin(self, time: int, request: str = "") -> None:
        """Start a new batch of transactions."""
        self.batch = Batch(time, request)

    def write(self, kind: str, fields: Record) -> Record:
        """Append a transaction to the log."""
        number = self.next_id
        self.batch.ids.append(number)
        head: Record = {"id": str(number), "time": Moment(self.batch.time), "userID": self.user, "accountID": self.id}
        head["batchID"] = str(self.batch.ids[0])
        if self.batch.request:
            head["requestID"] = self.batch.request
        transaction = head | {"type": kind} | fields
        self.transactions.append(transaction)
        self.tell(self.id, transaction)
        return transaction

    def related(self) -> Record:
        """Return what closes every reply: the ids of this batch, and the last id."""
        return {"relatedTransactionIDs": [str(number) for number in self.batch.ids], **self.last()}

    def last(self) -> Record:
        """Return the id of the last transaction, as replies name it."""
        return {"lastTransactionID": str(len(self.transactions))}

    def trades_of(self, instrument: str) -> list[Trade]:
        """Return the open trades of an instrument, oldest first."""
        return list(self._open.get(instrument, {}).values())

    def open_trades(self) -> list[Trade]:
        """Return all open trades, oldest first."""
        every = [trade for trades in self._open.values() for trade in trades.values()]
        return sorted(every, key=lambda trade: trade.id)

    def held(self) -> list[str]:
        """Return the instruments with open trades, sorted."""
        return sorted(self._open)

    def position(self, instrument: str) -> Decimal:
        """Return the net units of an instrument."""
        return sum((trade.units for trade in self._open.get(instrument, {}).values()), ZERO)

    @property
    def holds(self) -> bool:
        """Whether any trade is open."""
        return bool(self._open)

    def enter(self, order: Order) -> None:
        """Note a new order, which waits until it ends."""
        self.orders[order.id] = self.pending[order.id] = order
        self.changed_orders.add(order.id)

    def end(self, order: Order, state: str, **outcome: Any) -> None:
        """Take an order off the book, filled or cancelled."""
        order.state = state
        order.outcome |= outcome
        self.changed_orders.add(order.id)
        self.pending.pop(order.id, None)
        if order.trade and (trade := self.trades[order.trade]).dependants.get(order.type) == order.id:
            del trade.dependants[order.type]
            self.changed_trades.add(trade.id)

    def opened(self, trade: Trade) -> None:
        """Note a new trade."""
        self.trades[trade.id] = trade
        self._open.setdefault(trade.instrument, {})[trade.id] = trade
        self.tallies.setdefault(trade.instrument, Tally())
        self.changed_trades.add(trade.id)

    def reduced(self, trade: Trade) -> None:
        """Note that a trade was reduced; one without units is open no more."""
        self.changed_trades.add(trade.id)
        if trade.closed:
            trades = self._open[trade.instrument]
            del trades[trade.id]
            if not trades:
                del self._open[trade.instrument]

    def cancel(self, order: Order, reason: str, **fields: Any) -> Record:
        """Cancel an order that waits, or one that never got that far."""
        written = self.write("ORDER_CANCEL", order.label() | {"reason": reason} | fields)
        ended = {"cancellingTransactionID": written["id"], "cancelledTime": written["time"]}
        self.end(order, CANCELLED, **ended | fields)
        return written

    def filled(self, order: Order, **outcome: Any) -> None:
        """Note that an order was filled."""
        self.last_fill = self.batch.time
        self.end(order, FILLED, **outcome)

    def waiting(self, client_id: str) -> Order | None:
        """Return the pending order of a client's id."""
        return next((order for order in self.pending.values() if order.client_id == client_id), None)

    def restored(self) -> None:
        """Find again, after a restore, which orders wait and which trades are open."""
        self.pending = {number: order for number, order in self.orders.items() if order.state == PENDING}
        for trade in self.trades.values():
            if not trade.closed:
                self._open.setdefault(trade.instrument, {})[trade.id] = trade
