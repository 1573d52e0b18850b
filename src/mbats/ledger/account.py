"""Decimal books: every cash flow of a journal, converted once and rounded by the account's rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from functools import cache
from itertools import accumulate
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from mbats.errors.ledger import UnconvertibleFlow
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Event, Journal
    from mbats.ledger.terms import Account

# Two float64 of 17 digits and a markup multiply without rounding; only the last step, to the account's places, rounds.
_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)


class Flow(StrEnum):
    """What a cash flow is for."""

    PROFIT = "profit"
    COMMISSION = "commission"
    FINANCING = "financing"
    TRANSFER = "transfer"


_FLOWS: dict[int, Flow] = {
    Kind.FILL: Flow.PROFIT,
    Kind.FEE: Flow.COMMISSION,
    Kind.FINANCING: Flow.FINANCING,
    Kind.TRANSFER: Flow.TRANSFER,
}


class CashFlow(NamedTuple):
    """One change of the balance, in account currency.

    `row` is the journal's; `conversion_cost` is what converting at mid would have brought more; `balance` stands after
    the flow.
    """

    row: int
    time: int
    flow: Flow
    instrument: int
    strategy: int
    order: int
    amount: Decimal
    conversion_cost: Decimal
    balance: Decimal

    @property
    def at_mid(self) -> Decimal:
        """The amount had it been converted at the mid rate."""
        return self.amount + self.conversion_cost


@dataclass(frozen=True, slots=True)
class Books:
    """The cash flows of an account, in order of happening."""

    account: Account
    flows: tuple[CashFlow, ...]

    @property
    def balance(self) -> Decimal:
        """The balance after the last flow."""
        return self.flows[-1].balance if self.flows else self.account.cash

    def sum(self, flow: Flow) -> Decimal:
        """Return the sum of all flows of one kind."""
        return sum((row.amount for row in self.flows if row.flow is flow), Decimal(0))

    def until(self, row: int) -> Books:
        """Return the books without the flows of journal rows from `row` on."""
        return Books(self.account, tuple(flow for flow in self.flows if flow.row < row))

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Return the flows as columns by name, for a table or a database."""
        rows = zip(*self.flows, strict=True) if self.flows else ((),) * len(CashFlow._fields)
        return dict(zip(CashFlow._fields, rows, strict=True))


def keep_books(journal: Journal, account: Account, markup: float = 0.0) -> Books:
    """Turn a journal's money into the account's currency, each cash flow once.

    A flow of another currency converts at its own row's rate: a gain at ``rate * (1 - markup)``, a loss at
    ``rate * (1 + markup)`` (OANDA, "currency conversion": 0.5 % on realised profit and financing); one of the account's
    own currency at 1. The product is exact and rounded once, to `Account.places`, halves to even.

    Raises
    ------
    mbats.errors.ledger.UnconvertibleFlow
        A flow in another currency has no rate.
    """
    rule = _Rule(journal.currencies, account, Decimal(repr(markup)))
    moving = journal.money()
    money = list(zip(moving.tolist(), journal.events(moving), strict=True))
    converted = [rule.converted(row, event) for row, event in money]
    balances = accumulate((amount for _, amount in converted), _EXACT.add, initial=account.cash)
    next(balances)
    rows = zip(money, converted, balances, strict=True)
    return Books(account, tuple(_flow(row, event, *amounts, balance) for (row, event), amounts, balance in rows))


def rounded(amount: Decimal, places: int) -> Decimal:
    """Round to `places` decimal places, halves to even."""
    return amount.quantize(_unit(places), context=_EXACT)


@cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def product(*factors: float) -> Decimal:
    """Return the exact product of floats, each read by its shortest decimal form."""
    result = Decimal(1)
    for factor in factors:
        if factor != 1.0:
            result = _EXACT.multiply(result, Decimal(repr(float(factor))))
    return result


def home_rate(account: Account, currency: str, rate: float, row: int) -> float:
    """Return what one unit of `currency` is worth at home: the journal's `rate`, or 1 for the account's own currency.

    Raises
    ------
    mbats.errors.ledger.UnconvertibleFlow
        Another currency without a rate; `row` says where in the journal.
    """
    if currency == account.currency:
        return 1.0
    if not isfinite(rate):
        raise UnconvertibleFlow(row=row, currency=currency or "an unnamed currency", account=account.currency)
    return rate


def _flow(row: int, event: Event, at_mid: Decimal, amount: Decimal, balance: Decimal) -> CashFlow:
    where = (event.instrument, event.strategy, event.order)
    return CashFlow(row, event.time, _FLOWS[event.kind], *where, amount, at_mid - amount, balance)


@dataclass(frozen=True, slots=True)
class _Rule:
    currencies: tuple[str, ...]
    account: Account
    markup: Decimal

    def converted(self, row: int, event: Event) -> tuple[Decimal, Decimal]:
        """Return a row's money at mid and as it is booked."""
        paid = event.pnl if event.kind == Kind.FILL else event.amount
        currency = self.currencies[event.currency] if event.currency >= 0 else ""
        at_mid = product(paid, home_rate(self.account, currency, event.rate, row))
        booked = rounded(at_mid, self.account.places)
        if currency == self.account.currency or not self.markup:
            return booked, booked
        factor = 1 - self.markup if paid > 0 else 1 + self.markup
        return booked, rounded(_EXACT.multiply(at_mid, factor), self.account.places)
