import pickle
from decimal import Decimal

import pytest

from mbats.errors.ledger import UnconvertibleFlow
from mbats.ledger.account import Flow, home_rate, keep_books, product, rounded
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account

DOLLARS = Account("USD", Decimal(10_000))
JULY = "2016-07-01 12:00"


def fill(pnl, money="USD", rate=1.0, **fields):
    return {"time": JULY, "symbol": "EUR_USD", "money": money, "units": -1.0, "pnl": pnl, "rate": rate, **fields}


def test_profit_in_the_accounts_currency_is_not_marked_up(make_journal):
    books = keep_books(make_journal(fill(12.34567)), DOLLARS, markup=0.005)
    assert [flow.amount for flow in books.flows] == [Decimal("12.3457")]
    assert books.flows[0].conversion_cost == 0


def test_regression_profit_in_yen_is_converted_before_it_is_added_to_dollars(make_journal):
    """The reference implementation added JPY profit to USD cash."""
    books = keep_books(make_journal(fill(11_000.0, "JPY", 0.01)), DOLLARS)
    assert books.balance == Decimal("10110.0000")


def test_a_gain_loses_and_a_loss_costs_the_markup(make_journal):
    books = keep_books(make_journal(fill(1_000.0, "JPY", 0.01), fill(-1_000.0, "JPY", 0.01)), DOLLARS, markup=0.005)
    assert [flow.amount for flow in books.flows] == [Decimal("9.9500"), Decimal("-10.0500")]
    assert [flow.conversion_cost for flow in books.flows] == [Decimal("0.0500"), Decimal("0.0500")]


@pytest.mark.parametrize(("amount", "kept"), [(0.00005, "0.0000"), (0.00015, "0.0002"), (-0.00025, "-0.0002")])
def test_halves_round_to_even(make_journal, amount, kept):
    assert keep_books(make_journal(fill(amount)), DOLLARS).flows[0].amount == Decimal(kept)


def test_the_product_is_rounded_once():
    # 0.00075 * (1 - 2e-15) * (1 + 2e-15) lies below the half, but is the half itself in 28 digits.
    assert rounded(product(0.999999999999998, 7.500000000000015e-4), 4) == Decimal("0.0007")


def test_each_kind_of_money_is_booked_as_what_it_is(make_journal):
    books = keep_books(
        make_journal(
            fill(5.0),
            fill(0.0, kind=Kind.FEE, amount=-0.5),
            fill(0.0, kind=Kind.FINANCING, amount=-0.25),
            {"time": JULY, "money": "USD", "kind": Kind.TRANSFER, "amount": 1_000.0},
            fill(0.0, kind=Kind.DECISION),
        ),
        DOLLARS,
    )
    assert [flow.flow for flow in books.flows] == [Flow.PROFIT, Flow.COMMISSION, Flow.FINANCING, Flow.TRANSFER]
    assert [flow.row for flow in books.flows] == [0, 1, 2, 3]
    assert books.sum(Flow.TRANSFER) == 1_000
    assert books.balance == Decimal("11004.2500")
    assert books.columns()["balance"][-1] == books.balance


def test_no_flows_leave_the_cash(make_journal):
    books = keep_books(make_journal(), DOLLARS)
    assert books.balance == 10_000
    assert books.columns()["amount"] == ()


def test_a_flow_without_a_rate_is_refused_and_the_error_names_row_and_currency(make_journal):
    with pytest.raises(UnconvertibleFlow, match="Row 1 of the journal has money in JPY") as caught:
        keep_books(make_journal(fill(1.0), fill(1.0, "JPY", float("nan"))), DOLLARS)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_flow_without_a_currency_is_refused():
    with pytest.raises(UnconvertibleFlow, match="an unnamed currency"):
        home_rate(DOLLARS, "", float("nan"), 7)


def test_places_are_the_accounts_own(make_journal):
    yen = Account("JPY", Decimal(1_000_000), places=0)
    assert keep_books(make_journal(fill(1234.5, "JPY")), yen).flows[0].amount == Decimal(1234)
