"""The account as its transactions tell it: trades, waiting orders, cash; nothing in it comes from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.errors.live import LogGap
from mbats.execution.broker import Kind, Transaction
from mbats.execution.order import OrderType, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.execution.broker import AccountState, TradePart, WaitingOrder

_ZERO = Decimal(0)


@dataclass(slots=True)
class Trade:
    """An open trade and what protects it at the venue.

    Attributes
    ----------
    units
        Signed, still open.
    order
        The order that opened it; 0 where it was open before the session.
    mine
        Whether an order of this session opened it, or a person gave it to the session.
    stop, target, trailing
        Prices, and the distance of a trailing stop; ``..._order`` are the orders that hold them.
    first_stop, guarded_at
        The stop that its fill put in place, and when it first had any.
    """

    id: int
    instrument: str
    units: Decimal
    price: Decimal
    opened_at: int
    order: int = 0
    client_id: str = ""
    mine: bool = False
    stop: Decimal | None = None
    target: Decimal | None = None
    trailing: Decimal | None = None
    stop_order: int = 0
    target_order: int = 0
    trailing_order: int = 0
    first_stop: Decimal | None = None
    guarded_at: int | None = None

    @property
    def guarded(self) -> bool:
        """Whether a stop, fixed or trailing, waits at the venue."""
        return self.stop is not None or self.trailing is not None


class Book:
    """Folds transactions by id: each once, none left out.

    Attributes
    ----------
    last
        Id of the last transaction folded.
    balance
        Of the account, as booked by the venue.
    earned
        Profit, financing and commission of the session's own trades.
    transferred
        What was paid in, less what was paid out, since the beginning.
    trades, orders
        What is open and what waits, by id; orders that protect a trade stand in the trade.
    """

    def __init__(self, prefix: str, start: AccountState) -> None:
        self._prefix = prefix
        self.currency = start.currency
        self.last, self.balance, self.opening = start.last_transaction, start.balance, start.balance
        self.earned = self.transferred = _ZERO
        self.trades = {
            one.id: Trade(
                one.id,
                one.instrument,
                one.units,
                one.price,
                one.opened_at,
                client_id=one.client_id,
                mine=self.ours(one.client_id),
                stop=one.stop,
                target=one.target,
                trailing=one.trailing,
                guarded_at=one.opened_at,
            )
            for one in start.trades
        }
        self.orders: dict[int, Transaction] = {}
        for order in start.orders:
            self._waited(order)
        self.longest_unguarded = 0

    def ours(self, client_id: str) -> bool:
        """Tell whether the session gave this client id."""
        return client_id.startswith(self._prefix)

    def mine(self, instrument: str | None = None) -> list[Trade]:
        """Return the session's open trades, oldest first."""
        return [one for one in self.trades.values() if one.mine and instrument in {None, one.instrument}]

    def units(self, instrument: str) -> Decimal:
        """Return the session's signed units."""
        return sum((one.units for one in self.mine(instrument)), _ZERO)

    def waiting(self, instrument: str) -> list[Transaction]:
        """Return the session's orders that wait for their price."""
        return [one for one in self.orders.values() if one.instrument == instrument and self.ours(one.client_id)]

    def adopted(self) -> set[int]:
        """Return the open trades that others opened and that are the session's own now."""
        return {one.id for one in self.mine() if not self.ours(one.client_id)}

    def adopt(self, trade: int) -> None:
        """Take a trade for the session's own."""
        if trade in self.trades:
            self.trades[trade].mine = True

    def apply(self, transaction: Transaction) -> None:
        """Fold one transaction; one that was folded before is no change.

        Raises
        ------
        mbats.errors.live.LogGap
            A transaction before it is missing.
        """
        if transaction.id <= self.last:
            return
        if transaction.id != self.last + 1:
            raise LogGap(expected=self.last + 1, found=transaction.id)
        self.last = transaction.id
        if transaction.kind is Kind.ORDER:
            self._ordered(transaction)
        elif transaction.kind is Kind.FILL:
            self._filled(transaction)
        elif transaction.kind is Kind.CANCEL:
            self._ended(transaction.order)
        elif transaction.kind is Kind.FINANCING:
            self.earned += sum((part.financing for part in self._own(transaction.closed)), _ZERO)
        elif transaction.kind is Kind.TRANSFER:
            self.transferred += transaction.amount
        self._book(transaction)

    def _waited(self, order: WaitingOrder) -> None:
        """Take in an order that waited before the session began."""
        trade = self.trades.get(order.trade)
        if trade is None:
            self.orders[order.id] = Transaction(
                order.id,
                0,
                Kind.ORDER,
                {},
                order.client_id,
                order.id,
                instrument=order.instrument,
                type=order.type,
                units=order.units,
                price=order.price,
            )
        elif order.type is OrderType.LIMIT:
            trade.target_order = order.id
        elif order.type is OrderType.TRAILING_STOP:
            trade.trailing_order = order.id
        else:
            trade.stop_order = order.id

    def _ordered(self, one: Transaction) -> None:
        trade = self.trades.get(one.trade)
        if trade is None or one.role not in {Role.STOP_LOSS, Role.TAKE_PROFIT}:
            self.orders[one.order] = one
        elif one.role is Role.TAKE_PROFIT:
            trade.target, trade.target_order = one.price, one.order
        else:
            if one.type is OrderType.TRAILING_STOP:
                trade.trailing, trade.trailing_order = one.distance, one.order
            else:
                trade.stop, trade.stop_order = one.price, one.order
                if one.time == trade.opened_at and trade.guarded_at is None:
                    trade.first_stop = one.price
            self._guarded(trade, one.time)

    def _guarded(self, trade: Trade, time: int) -> None:
        if trade.guarded_at is None:
            trade.guarded_at = time
            if trade.mine:
                self.longest_unguarded = max(self.longest_unguarded, time - trade.opened_at)

    def _filled(self, one: Transaction) -> None:
        self._ended(one.order)
        for part in self._own(one.closed):
            self.earned += part.pnl + part.financing
        if self.ours(one.client_id) or any(True for _ in self._own(one.closed)):
            self.earned -= one.commission
        for part in one.closed:
            self._reduce(part)
        if one.opened is not None and one.price is not None:
            client_id = one.opened.client_id or one.client_id
            self.trades[one.opened.trade] = Trade(
                one.opened.trade,
                one.instrument,
                one.opened.units,
                one.price,
                one.time,
                order=one.order,
                client_id=client_id,
                mine=self.ours(client_id),
            )

    def _own(self, parts: Iterable[TradePart]) -> list[TradePart]:
        return [part for part in parts if part.trade in self.trades and self.trades[part.trade].mine]

    def _reduce(self, part: TradePart) -> None:
        trade = self.trades.get(part.trade)
        if trade is None:
            return
        trade.units -= part.units
        if not trade.units:
            del self.trades[part.trade]

    def _ended(self, order: int) -> None:
        """Forget an order that was filled or cancelled."""
        self.orders.pop(order, None)
        for trade in self.trades.values():
            if order == trade.stop_order:
                trade.stop, trade.stop_order = None, 0
            elif order == trade.target_order:
                trade.target, trade.target_order = None, 0
            elif order == trade.trailing_order:
                trade.trailing, trade.trailing_order = None, 0

    def _book(self, one: Transaction) -> None:
        if one.balance is not None and one.kind is not Kind.ORDER:
            self.balance = one.balance
        else:
            self.balance += one.pnl + one.financing - one.commission
            self.balance += one.amount if one.kind is Kind.TRANSFER else _ZERO
