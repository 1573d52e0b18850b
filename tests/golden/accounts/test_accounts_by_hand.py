"""The books of a US dollar account equal tables worked by hand; README.md here names the rule of each line."""

import ast
import csv
import operator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from mbats.execution.order import Role
from mbats.ledger.account import Flow, keep_books
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.terms import Account

HERE = Path(__file__).parent
START = Decimal(5_000)
END = Decimal("972.1848")
MARKUP = 0.005
CURRENCIES = ("USD", "GBP", "CAD", "JPY")
SYMBOLS = ("EUR_USD", "EUR_GBP", "USD_CAD", "USD_JPY")
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def table(name):
    with (HERE / name).open(newline="") as lines:
        return list(csv.DictReader(lines))


def moment(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


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


@pytest.mark.parametrize("line", table("flows.csv"), ids=lambda line: f"{line['time']} {line['instrument']}")
def test_the_table_is_right_by_itself(line):
    at_mid = worked(line["paid"]) * Fraction(line["rate"])
    exact = at_mid * Fraction(line["factor"])
    assert four_places(exact) == Decimal(line["amount"])
    assert four_places(at_mid) - Decimal(line["amount"]) == Decimal(line["conversion_cost"])
    written = line["exact"].removesuffix("...")
    assert abs(exact - Fraction(written)) < (Fraction(1, 10**6) if written != line["exact"] else Fraction(1, 10**12))


@pytest.mark.parametrize("line", table("trips.csv"), ids=lambda line: f"{line['instrument']} {line['entry_order']}")
def test_gross_less_costs_is_net_in_the_table(line):
    costs = sum(Decimal(line[name]) for name in ("spread", "financing", "conversion"))
    assert Decimal(line["gross"]) - costs == Decimal(line["net"])


@pytest.fixture(scope="module")
def journal():
    """The journal that a simulator or a live session writes of these trades."""
    writer = JournalWriter(SYMBOLS, ("By hand",), CURRENCIES)
    profits = {line["order"]: float(worked(line["paid"])) for line in table("flows.csv") if line["flow"] == "profit"}
    rows = [_fill(line, profits.get(line["order"], 0.0)) for line in table("fills.csv")]
    rows += [_financing(line) for line in table("flows.csv") if line["flow"] == "financing"]
    for event in sorted(rows, key=lambda event: event.time):
        writer.append(event)
    return writer.journal()


def _fill(line, profit):
    return Event(
        moment(line["time"]),
        Kind.FILL,
        SYMBOLS.index(line["instrument"]),
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


def _financing(line):
    return Event(
        moment(line["time"]),
        Kind.FINANCING,
        SYMBOLS.index(line["instrument"]),
        currency=CURRENCIES.index(line["currency"]),
        amount=float(worked(line["paid"])),
        rate=float(line["rate"]),
    )


def booked(books):
    return [
        (flow.time, SYMBOLS[flow.instrument], flow.flow.value, flow.amount, flow.conversion_cost)
        for flow in books.flows
    ]


def by_hand():
    return [
        (
            moment(line["time"]),
            line["instrument"],
            line["flow"],
            Decimal(line["amount"]),
            Decimal(line["conversion_cost"]),
        )
        for line in table("flows.csv")
    ]


def test_each_cash_flow_of_the_journal_equals_its_line(journal):
    books = keep_books(journal, Account("USD", START), MARKUP)
    assert booked(books) == by_hand()
    assert books.balance == END
    assert books.sum(Flow.FINANCING) + books.sum(Flow.PROFIT) == END - START


def test_oandas_own_example_of_a_conversion():
    """OANDA US, "Home currency conversion": 100 GBP of profit, GBP/USD 1.29530/1.29550, 0.5 %.

    Midpoint 1.2954, new bid 1.2954 * (1 - 0.005) = 1.288923, so 128.8923 USD: 0.64 less than at the bid of 1.29530.
    """
    writer = JournalWriter(("EUR_GBP",), ("By hand",), ("GBP",))
    writer.append(Event(0, Kind.FILL, 0, 0, currency=0, units=-10_000.0, pnl=100.0, rate=1.2954))
    books = keep_books(writer.journal(), Account("USD", START), MARKUP)
    assert books.flows[0].amount == Decimal("128.8923")
    assert Decimal("129.53") - round(books.flows[0].amount, 2) == Decimal("0.64")
