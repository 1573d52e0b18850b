from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.exchange import OrderRefused
from mbats.exchange.engine.admission import refuse_if
from mbats.exchange.engine.amounts import money
from mbats.exchange.engine.book import Book
from mbats.exchange.engine.refusal import refused
from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from mbats.exchange.reply import Record


def open_book(
    account: str,
    currency: str,
    cash: Decimal,
    time: int,
    tell: Callable[[str, Record], None],
    *,
    alias: str,
    user: int,
    rate: Decimal | None,
) -> Book:
    """Return a new account's book; its first transactions are those of every account at OANDA."""
    book = Book(account, currency, user=user, alias=alias, created=time)
    book.tell, book.margin_rate = tell, rate
    numbers = {"divisionID": 1, "siteID": 101, "accountUserID": user, "accountNumber": 1}
    book.write("CREATE", {**numbers, "homeCurrency": currency})
    book.begin(time)
    book.write("CLIENT_CONFIGURE", {"alias": alias} | ({"marginRate": rate} if rate else {}))
    book.begin(time)
    transfer(book, cash, "")
    return book


def transfer(book: Book, amount: Decimal, comment: str) -> Reply:
    """Move money to an account, or from it."""
    fields: Record = {"amount": money(amount), "fundingReason": "CLIENT_FUNDING"}
    fields |= {"comment": comment} if comment else {}
    try:
        refuse_if(not fields["amount"], "AMOUNT_INVALID")
        refuse_if(book.balance + fields["amount"] < 0, "INSUFFICIENT_FUNDS")
    except OrderRefused as wrong:
        key = "transferFundsRejectTransaction"
        return refused(book, key, "TRANSFER_FUNDS_REJECT", fields, reason=wrong.facts["reason"])
    book.balance += fields["amount"]
    written = book.write("TRANSFER_FUNDS", fields | {"accountBalance": book.balance})
    return Reply(200, {"transferFundsTransaction": written} | book.related())
