from decimal import Decimal

import pytest

from mbats.errors.ledger import CashInvalid, CurrencyInvalid, LeverageInvalid
from mbats.ledger.terms import Account


@pytest.mark.parametrize("currency", ["usd", "", "DOLLAR", "US1", "USD\n"])
def test_a_currency_is_three_capitals(currency):
    with pytest.raises(CurrencyInvalid, match="three upper-case letters"):
        Account(currency)


@pytest.mark.parametrize("cash", [0, -5, "NaN", "Infinity", "much"])
def test_cash_is_a_number_above_zero(cash):
    with pytest.raises(CashInvalid, match="above zero"):
        Account("USD", cash)


@pytest.mark.parametrize("leverage", [0.0, -20.0, float("nan"), float("inf")])
def test_leverage_is_a_number_above_zero_or_none(leverage):
    with pytest.raises(LeverageInvalid, match="above zero"):
        Account("USD", Decimal(1), leverage)


def test_good_terms_are_kept():
    account = Account("EUR", 0.1, 20)
    assert (account.currency, account.cash, account.leverage) == ("EUR", Decimal("0.1"), 20)
    assert Account().leverage is None
