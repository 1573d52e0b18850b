"""Accounts that people give names to, so that no token stands where names do."""

import pytest

from fakes.session_store import session_terms
from mbats.adapters.oanda.access import Access
from mbats.bootstrap.venue import reach, reach_of, refuse_unasked
from mbats.errors.settings import (
    AccountElsewhere,
    AccountsUnreadable,
    LiveNotAllowed,
    SecretFileOpen,
    TokenMissing,
    UnknownAccount,
)
from mbats.settings import Settings

SWING, SCALP, REAL = "101-001-1-001", "101-001-1-002", "001-001-1-001"
WRITTEN = f"""
[swing]
account = "{SWING}"
token = "token-of-swing"

[scalp]
account = "{SCALP}"
token = "token-of-scalp"

[savings]
environment = "live"
account = "{REAL}"
token = "token-of-savings"
"""


@pytest.fixture
def written(tmp_path):
    def write(text, mode=0o600, **variables):
        file = tmp_path / "accounts.toml"
        file.write_text(text)
        file.chmod(mode)
        return Settings.from_environment({"MBATS_HOME": str(tmp_path), **variables})

    return write


def test_an_account_is_opened_by_name_by_number_or_because_it_is_the_first(written):
    settings = written(WRITTEN)
    for word, number, token in (("swing", SWING, "swing"), (SCALP, SCALP, "scalp"), (None, SWING, "swing")):
        access = reach(settings, "practice", word).access
        assert (access.account, access.token, access.environment) == (number, f"token-of-{token}", "practice")
    assert reach(settings, None, "savings").access.environment == "live"
    assert reach(settings, "live").access.token == "token-of-savings"
    assert reach(written(WRITTEN, MBATS_OANDA_ACCOUNT="scalp")).access.account == SCALP


def test_a_session_finds_the_token_of_its_account_again(written):
    terms = session_terms(venue="practice", account=SCALP)
    assert reach_of(terms, written(WRITTEN)).access.token == "token-of-scalp"


def test_a_token_of_the_environment_counts_where_no_name_is_said(written):
    settings = written(WRITTEN, MBATS_OANDA_TOKEN="from-outside")
    assert reach(settings).access.token == "from-outside"
    assert reach(settings, None, "scalp").access.token == "token-of-scalp"
    assert reach(settings, None, "101-001-9-009").access.token == "from-outside"


def test_a_name_that_nobody_knows_or_of_another_environment_is_refused(written):
    with pytest.raises(UnknownAccount, match=r"'sving'.*swing, scalp, savings"):
        reach(written(WRITTEN), "practice", "sving")
    with pytest.raises(AccountElsewhere, match="--venue live"):
        reach(written(WRITTEN), "practice", "savings")
    with pytest.raises(TokenMissing, match=r"accounts\.toml"):
        reach(written(WRITTEN), "practice", "101-001-9-009")


def test_real_money_is_traded_where_the_file_says_so(written):
    access = Access.at("live", "t", REAL)
    with pytest.raises(LiveNotAllowed, match="real_money = true"):
        refuse_unasked(written(WRITTEN), access, live=True)
    refuse_unasked(written(WRITTEN + "real_money = true\n"), access, live=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[swing\n", "Expected ']'"),
        ("[swing]\naccount = '1'\n", "swing.token: Field required"),
        ("[swing]\naccount = '1'\ntoken = 'a-secret'\nenviroment = 'live'\n", "swing.enviroment: Unexpected"),
        ("[swing]\naccount = '1'\ntoken = 'a-secret'\nenvironment = 'demo'\n", "'practice' or 'live'"),
        (
            "[swing]\naccount = '1'\ntoken = 'a-secret'\nreal_money = 'yes'\n",
            "swing.real_money: Input",
        ),
        ("swing = 'a-secret'\n", "swing"),
    ],
)
def test_a_file_that_is_no_list_of_accounts_says_where_and_shows_no_token(written, text, why):
    with pytest.raises(AccountsUnreadable) as refused:
        reach(written(text), "practice", "swing")
    assert why in str(refused.value)
    assert "a-secret" not in str(refused.value)


def test_a_file_that_others_can_read_is_refused(written):
    with pytest.raises(SecretFileOpen, match="chmod 600"):
        reach(written(WRITTEN, mode=0o640), "practice", "swing")


def test_tokens_are_not_shown_with_their_account(written):
    assert "token-of" not in repr(reach(written(WRITTEN)).access)
