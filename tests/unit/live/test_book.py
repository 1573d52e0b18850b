from decimal import Decimal

import pytest

from mbats.errors.live import LogGap
from mbats.execution.broker import AccountState, Kind, OpenTrade, TradePart, Transaction, WaitingOrder
from mbats.execution.order import OrderType, Role
from mbats.live.book import Book

D = Decimal
ZERO = D(0)


def state(last=0, **facts):
    return AccountState("1", "USD", D(1000), D(1000), ZERO, D(1000), ZERO, last, False, **facts)


def one(number, kind, **facts):
    return Transaction(number, 10 * number, kind, {}, **({"instrument": "EUR_USD"} | facts))


def fill(number, units, price="1.1", **facts):
    return one(number, Kind.FILL, units=D(units), price=D(price), order=number - 1, **facts)


def opened(book, number=2, units=100, client_id="mb-1"):
    book.apply(one(number - 1, Kind.ORDER, order=number - 1, client_id=client_id))
    book.apply(fill(number, units, client_id=client_id, opened=TradePart(number, D(units), client_id=client_id)))


def test_folds_each_transaction_once():
    book = Book("mb-", state())
    opened(book)
    book.apply(fill(2, 100, opened=TradePart(2, D(100))))
    assert (book.last, book.units("EUR_USD"), len(book.trades)) == (2, 100, 1)


def test_a_hole_in_the_log_is_an_error():
    book = Book("mb-", state())
    with pytest.raises(LogGap, match="transaction 3 where 1 was due"):
        book.apply(one(3, Kind.OTHER))
    assert book.last == 0


def test_ids_are_compared_as_numbers():
    book = Book("mb-", state(last=999))
    book.apply(one(1000, Kind.OTHER))
    assert book.last == 1000


def test_a_stop_comes_moves_and_goes():
    book = Book("mb-", state())
    opened(book)
    stop = {"trade": 2, "role": Role.STOP_LOSS, "type": OrderType.STOP, "instrument": ""}
    book.apply(one(3, Kind.ORDER, order=3, price=D("1.09"), **stop))
    trade = book.trades[2]
    assert (trade.stop, trade.guarded_at, book.longest_unguarded) == (D("1.09"), 30, 10)
    book.apply(one(4, Kind.CANCEL, order=3, replaces=5))
    book.apply(one(5, Kind.ORDER, order=5, price=D("1.10"), replaces=3, **stop))
    assert trade.stop == D("1.10")
    book.apply(one(6, Kind.CANCEL, order=5))
    assert not trade.guarded


def test_money_comes_from_the_venue():
    book = Book("mb-", state())
    opened(book)
    part = TradePart(2, D(60), pnl=D("1.5"), financing=D("-0.1"))
    book.apply(fill(3, -60, closed=(part,), pnl=D("1.5"), commission=D("0.2"), balance=D("1001.2"), client_id="mb-2"))
    assert (book.trades[2].units, book.balance, book.earned) == (40, D("1001.2"), D("1.2"))
    book.apply(one(4, Kind.FINANCING, closed=(TradePart(2, ZERO, financing=D("-0.3")),), financing=D("-0.3")))
    book.apply(one(5, Kind.TRANSFER, amount=D(500)))
    assert (book.balance, book.earned) == (D("1500.9"), D("0.9"))


def test_what_strangers_earn_is_not_the_sessions():
    book = Book("mb-", state())
    opened(book, client_id="")
    book.apply(fill(3, -100, closed=(TradePart(2, D(100), pnl=D(7)),), pnl=D(7), commission=D(1)))
    assert (book.earned, book.balance, book.units("EUR_USD")) == (ZERO, D(1006), ZERO)


def test_an_account_is_taken_over_as_it_is():
    trade = OpenTrade(4, "EUR_USD", D(10), D("1.1"), 0, stop=D("1.0"))
    waiting = (
        WaitingOrder(5, "EUR_USD", OrderType.STOP, D(-10), D("1.0"), trade=4),
        WaitingOrder(6, "EUR_USD", OrderType.LIMIT, D(10), D("1.0")),
    )
    book = Book("mb-", state(last=6, trades=(trade,), orders=waiting))
    assert not book.mine()
    assert list(book.orders) == [6]
    book.adopt(4)
    assert book.units("EUR_USD") == 10
    book.apply(one(7, Kind.CANCEL, order=5))
    assert not book.trades[4].guarded
