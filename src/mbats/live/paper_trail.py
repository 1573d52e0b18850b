"""What the venue's log says about the session's orders and money, as rows of a journal."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from mbats.execution.broker import Kind, Submit
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Event
from mbats.ledger.journal import Kind as Row
from mbats.live.booked import booked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.execution.broker import TradePart, Transaction
    from mbats.live.book import Book, Trade
    from mbats.live.memory import Memory
    from mbats.market.instrument import Instrument

_ZERO = Decimal(0)


class Paper(NamedTuple):
    """An order's standing facts, as every row about it repeats them; the order of `Event`'s fields."""

    instrument: int
    strategy: int
    number: int = 0
    parent: int = 0
    role: int = 0
    type: int = 0


class PaperTrail:
    """Turns transactions into rows, one after the other.

    Parameters
    ----------
    memory
        Of the whole log: what stands behind client ids.
    book
        As it stood at the session's start; moves on with every transaction.
    instruments, currencies
        Codes of the journal: places in these; the first currency is the account's.
    lapsed
        Why the session cancelled an order, by the venue's number of it.
    """

    def __init__(
        self,
        memory: Memory,
        book: Book,
        instruments: Mapping[str, Instrument],
        currencies: Sequence[str],
        *,
        lapsed: Mapping[int, Reason],
        markup: float,
    ) -> None:
        self.book = book
        self._memory, self._instruments, self._currencies = memory, instruments, currencies
        self._codes = {symbol: code for code, symbol in enumerate(instruments)}
        self._lapsed, self._markup = lapsed, markup
        self._papers: dict[int, Paper] = {}
        self._count = 0
        self._rates: dict[str, float] = {}
        self._rules = {
            Kind.ORDER: self._ordered,
            Kind.FILL: self._filled,
            Kind.CANCEL: self._cancelled,
            Kind.REJECT: self._rejected,
            Kind.FINANCING: self._financed,
            Kind.TRANSFER: self._transferred,
            Kind.MARGIN_CALL: self._called,
        }

    @property
    def numbers(self) -> Mapping[int, int]:
        """The journal's numbers of orders by the venue's."""
        return {order: paper.number for order, paper in self._papers.items()}

    def rows(self, one: Transaction) -> list[Event]:
        """Return what a transaction means to the session; nothing where it concerns others."""
        rule = self._rules.get(one.kind)
        found = [event._replace(time=one.time) for event in rule(one)] if rule else []
        self.book.apply(one)
        return found

    def _ordered(self, one: Transaction) -> Iterator[Event]:
        trade = self.book.trades.get(one.trade)
        if not (self.book.ours(one.client_id) or (trade and trade.mine)):
            return
        moved = self._papers.get(one.replaces)
        paper = moved or self._new_paper(one, trade)
        self._papers[one.order] = paper
        units = -trade.units if trade and not one.units else one.units
        event = Event(0, Row.REPLACE if moved else Row.ORDER, *paper, units=float(units), price=_float(one.price))
        decision = None if trade else self._memory.origin(one.client_id).decision
        yield event._replace(stop=decision.stop, target=decision.target) if decision else event

    def _filled(self, one: Transaction) -> Iterator[Event]:
        """Record a fill of ours, or what a stranger's fill closed of ours; then what it cost."""
        mine = [part for part in one.closed if (trade := self.book.trades.get(part.trade)) and trade.mine]
        paper = self._papers.get(one.order)
        if paper is None and not mine:
            return
        units = one.units if paper else -sum((part.units for part in mine), _ZERO)
        paper = paper or self._strange_paper(one, mine[0])
        row = Event(0, Row.FILL, *paper, units=float(units), price=_float(one.price), mid=_float(one.mid))
        yield from self._paid(row, one, mine)
        yield from self._flow(Row.FEE, -one.commission, paper)
        yield from self._flow(Row.FINANCING, sum((part.financing for part in mine), _ZERO), paper)

    def _paid(self, row: Event, one: Transaction, parts: Sequence[TradePart]) -> Iterator[Event]:
        """Put profit and rate into the row of a fill; what no rate gives becomes a row of its own."""
        quote = self._instruments[one.instrument].quote
        pnl, profit = sum((part.pnl for part in parts), _ZERO), sum((part.pnl_quote for part in parts), _ZERO)
        usual, home = self._rates.get(quote, math.nan), quote == self._currencies[0]
        paid = booked(profit, pnl, one, self._markup, usual, home=home)
        self._rates[quote] = paid.rate
        yield row._replace(currency=self._currencies.index(quote), pnl=paid.pnl, rate=paid.rate)
        yield from self._flow(Row.FEE, paid.rest, Paper(*row[2:8]))

    def _cancelled(self, one: Transaction) -> Iterator[Event]:
        """Record an order's end; one that only moved goes on under its number."""
        paper = self._papers.get(one.order)
        if paper is None or one.replaces:
            return
        reason = self._lapsed.get(one.order, one.why)
        ends = {Reason.INSUFFICIENT_MARGIN: Row.REJECT, Reason.EXPIRED: Row.EXPIRY}
        yield Event(0, ends.get(reason, Row.CANCEL), *paper)._replace(reason=reason)

    def _rejected(self, one: Transaction) -> Iterator[Event]:
        if self.book.ours(one.client_id):
            trade = self.book.trades.get(one.trade)
            yield Event(0, Row.REJECT, *self._new_paper(one, trade))._replace(reason=one.why)

    def _financed(self, one: Transaction) -> Iterator[Event]:
        """Record a day's financing, one row an instrument."""
        sums: dict[Paper, Decimal] = {}
        for part in one.closed:
            trade = self.book.trades.get(part.trade)
            if trade is not None and trade.mine:
                place = Paper(self._codes[trade.instrument], self._strategy(trade))
                sums[place] = sums.get(place, _ZERO) + part.financing
        for place, amount in sums.items():
            yield from self._flow(Row.FINANCING, amount, place)

    def _transferred(self, one: Transaction) -> Iterator[Event]:
        return self._flow(Row.TRANSFER, one.amount, Paper(-1, -1))

    def _called(self, _: Transaction) -> Iterator[Event]:
        yield Event(0, Row.MARGIN_CALL, role=Role.CLOSEOUT, reason=Reason.MARGIN_CLOSEOUT)

    def _flow(self, kind: Row, amount: Decimal, paper: Paper) -> Iterator[Event]:
        """Record a cash flow in account currency, as it was booked."""
        if amount:
            yield Event(0, kind, *paper, currency=0, amount=float(amount), rate=1.0)

    def _new_paper(self, one: Transaction, trade: Trade | None) -> Paper:
        """Give an order its number; a protective one hangs on the order that opened its trade."""
        self._count += 1
        code = self._codes.get(trade.instrument if trade else one.instrument, -1)
        if trade is not None and one.role in {Role.STOP_LOSS, Role.TAKE_PROFIT}:
            opener = self._papers.get(trade.order)
            parent, kind = opener.number if opener else 0, OrderType.LIMIT
            kind = OrderType.STOP if one.role is Role.STOP_LOSS else kind
            return Paper(code, self._strategy(trade), self._count, parent, one.role, kind)
        known = self._memory.attempt(one.client_id)
        order = known[1].instruction if known else None
        role = order.role if isinstance(order, Submit) else one.role
        return Paper(code, known[0].decision.strategy if known else 0, self._count, 0, role, one.type)

    def _strange_paper(self, one: Transaction, part: TradePart) -> Paper:
        """Return the paper of a stranger's order, or of one that is older than the session, which closed our trade."""
        self._count += 1
        trade = self.book.trades[part.trade]
        role = Role.MANUAL if one.role is Role.ENTRY else one.role
        return Paper(self._codes[one.instrument], self._strategy(trade), self._count, 0, role, one.type)

    def _strategy(self, trade: Trade) -> int:
        decision = self._memory.origin(trade.client_id).decision
        return decision.strategy if decision else 0


def _float(price: Decimal | None) -> float:
    return math.nan if price is None else float(price)
