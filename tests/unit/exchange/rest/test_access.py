"""Whose account is whose."""

import pytest

from mbats.errors.rest import Forbidden, InsufficientAuthorization
from mbats.exchange.rest.access import Access

ACCESS = Access({"secret": ["101-001-1-001", "101-001-1-002"], "other": ["101-001-2-001"]})


@pytest.mark.parametrize("header", ["Bearer secret", "bearer secret", "Bearer  secret "])
def test_knows_the_accounts_of_a_token(header):
    assert ACCESS.accounts(header) == ("101-001-1-001", "101-001-1-002")
    ACCESS.check(header, "101-001-1-002")


@pytest.mark.parametrize("header", [None, "", "secret", "Basic secret", "Bearer", "Bearer secrets", "Bearer sécret"])
def test_lets_nobody_in_without_a_token_of_its_own(header):
    with pytest.raises(InsufficientAuthorization, match=r"^Insufficient authorization to perform request\.$"):
        ACCESS.accounts(header)


@pytest.mark.parametrize("account", ["101-001-2-001", "nobody's", ""])
def test_forbids_an_account_of_another(account):
    with pytest.raises(Forbidden, match=r"^The provided request was forbidden\.$"):
        ACCESS.check("Bearer secret", account)
