"""The books of a US dollar account equal tables worked by hand; README.md here names the rule of each line."""

import ast
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from mbats.execution.costs import Spread
from mbats.execution.order import Role
from mbats.ledger.account import Flow, keep_books
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.prices import Prices
from mbats.ledger.round_trips import round_trips
from mbats.ledger.trading_days import day_ends
from mbats.ledger.valuation import Valuer

CURRENCIES = ("USD", "GBP", "JPY", "CAD")
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked(text):
    """Work out a line's arithmetic in exact fractions, with no help from the code under test."""

    def value(node):
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand)
        return Fraction(ast.get_source_segment(text, node))

    return value(ast.parse(text, mode="eval").body)


def four_places(amount):
    return Decimal(round(amount * 10_000)).scaleb(-4)


def test_the_table_of_flows_is_right_by_itself(by_hand):
    for line in by_hand.table("flows"):
        at_mid = worked(line["paid"]) * Fraction(line["rate"])
        exact = at_mid * Fraction(line["factor"])
        assert four_places(exact) == Decimal(line["amount"]), line
        assert four_places(at_mid) - Decimal(line["amount"]) == Decimal(line["conversion_cost"]), line
        assert abs(exact - Fraction(line["exact"].removesuffix("..."))) < Fraction(1, 10**6), line
    assert by_hand.account.cash + sum(Decimal(line["amount"]) for line in by_hand.table("flows")) == by_hand.end


def test_the_table_of_trips_is_right_by_itself(by_hand):
    for line in by_hand.table("trips"):
        costs = sum(Decimal(line[name]) for name in ("spread", "financing", "conversion"))
        assert Decimal(line["gross"]) - costs == Decimal(line["net"]), line
    assert by_hand.account.cash + sum(Decimal(line["net"]) for line in by_hand.table("trips")) == by_hand.end


@pytest.fixture(scope="module")
def journal(by_hand):
    """The journal that a simulator or a live session writes of these trades."""
    flows = by_hand.table("flows")
    profits = {line["order"]: float(worked(line["paid"])) for line in flows if line["flow"] == "profit"}
    events = [_fill(by_hand, line, profits.get(line["order"], 0.0)) for line in by_hand.table("fills")]
    events += [_financing(by_hand, line) for line in flows if line["flow"] == "financing"]
    writer = JournalWriter(by_hand.symbols, ("By hand",), CURRENCIES)
    for event in sorted(events, key=lambda event: event.time):
        writer.append(event)
    return writer.journal()


def _fill(by_hand, line, profit):
    return Event(
        by_hand.moment(line["time"]),
        Kind.FILL,
        by_hand.symbols.index(line["instrument"]),
        0,
        order=int(line["order"]),
        role=Role[line["role"].upper()],
        currency=CURRENCIES.index(line["instrument"][-3:]),
        units=float(line["units"]),
        price=float(line["price"]),
        mid=float(line["mid"]),
        pnl=profit,
        rate=float(line["rate"]),
    )


def _financing(by_hand, line):
    return Event(
        by_hand.moment(line["time"]),
        Kind.FINANCING,
        by_hand.symbols.index(line["instrument"]),
        currency=CURRENCIES.index(line["currency"]),
        amount=float(worked(line["paid"])),
        rate=float(line["rate"]),
    )


def test_each_cash_flow_of_the_journal_equals_its_line(journal, by_hand):
    books = keep_books(journal, by_hand.account, by_hand.markup)
    booked = [
        (flow.time, by_hand.symbols[flow.instrument], flow.flow.value, flow.amount, flow.conversion_cost)
        for flow in books.flows
    ]
    assert sorted(booked) == by_hand.flows()
    assert books.balance == by_hand.end
    assert books.sum(Flow.FINANCING) + books.sum(Flow.PROFIT) == by_hand.end - by_hand.account.cash


def test_each_round_trip_equals_its_line(journal, by_hand, market, conversion):
    books = keep_books(journal, by_hand.account, by_hand.markup)
    trips = round_trips(journal, books, Prices(market, conversion, Spread(), by_hand.markup))
    found = [
        (trips.instruments[code], int(order), split.gross, split.spread, split.financing, split.conversion, split.net)
        for code, order, split in zip(trips.instrument, trips.entry_order, trips.exact, strict=True)
    ]
    money = ("gross", "spread", "financing", "conversion", "net")
    lines = by_hand.table("trips")
    assert found == [
        (line["instrument"], int(line["entry_order"]), *(Decimal(line[name]) for name in money)) for line in lines
    ]
    assert trips.pnl_quote.tolist() == [float(line["pnl_quote"]) for line in lines]
    assert trips.unattributed.net == 0


def test_the_value_at_each_days_end_equals_its_line(journal, by_hand, market, conversion):
    books = keep_books(journal, by_hand.account, by_hand.markup)
    lines = by_hand.table("nav")
    days = day_ends(market.values())
    assert days.tolist() == [by_hand.moment(line["time"]) for line in lines]
    valuer = Valuer(journal, books, Prices(market, conversion, Spread(), by_hand.markup))
    assert np.allclose(valuer.at(days).nav, [float(line["nav"]) for line in lines], rtol=0, atol=1e-4)


def test_oandas_own_example_of_a_conversion(by_hand):
    """OANDA US, "Home currency conversion": 100 GBP of profit, GBP/USD 1.29530/1.29550, 0.5 %.

    Midpoint 1.2954, new bid 1.2954 * (1 - 0.005) = 1.288923, so 128.8923 USD: 0.64 less than at the bid of 1.29530.
    """
    writer = JournalWriter(("EUR_GBP",), ("By hand",), ("GBP",))
    writer.append(Event(0, Kind.FILL, 0, 0, currency=0, units=-10_000.0, pnl=100.0, rate=1.2954))
    books = keep_books(writer.journal(), by_hand.account, by_hand.markup)
    assert books.flows[0].amount == Decimal("128.8923")
    assert Decimal("129.53") - round(books.flows[0].amount, 2) == Decimal("0.64")
