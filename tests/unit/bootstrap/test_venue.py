"""Which account the settings mean, and what it takes to trade real money."""

import json
from dataclasses import replace

import pytest

from fakes.session_store import session_terms
from mbats.adapters.oanda.access import Access
from mbats.bootstrap.venue import reach, reach_of, refuse_unasked
from mbats.errors.live import OwnExchange
from mbats.errors.settings import (
    InvalidOandaUrl,
    LiveNotAllowed,
    LiveNotAsked,
    NoPaperExchange,
    SecretFileOpen,
    SecretFileUnreadable,
    TokenMissing,
    UnknownEnvironment,
    UrlContradictsEnvironment,
)
from mbats.settings import Settings

TOKEN = {"MBATS_OANDA_TOKEN": "a-token"}


def settings(tmp_path, **variables):
    return Settings.from_environment({"MBATS_HOME": str(tmp_path), **variables})


def test_practice_is_the_default_and_live_is_asked_for_by_name(tmp_path):
    access = reach(settings(tmp_path, **TOKEN)).access
    assert (access.environment, access.url) == ("practice", "https://api-fxpractice.oanda.com")
    assert reach(settings(tmp_path, **TOKEN), "live").access.url == "https://api-fxtrade.oanda.com"
    assert reach(settings(tmp_path, **TOKEN, MBATS_OANDA_ENVIRONMENT="live")).access.environment == "live"


def test_a_server_on_this_machine_is_a_paper_exchange_whatever_it_is_called(tmp_path):
    for environment in ("practice", "live", "paper"):
        own = settings(tmp_path, **TOKEN, MBATS_OANDA_URL="http://127.0.0.1:8080", MBATS_OANDA_ENVIRONMENT=environment)
        place = reach(own)
        assert (place.access.environment, place.access.url, place.synthetic) == ("paper", "http://127.0.0.1:8080", True)


def test_an_exchange_that_went_with_its_process_is_not_another_one_of_the_same_account(tmp_path):
    (tmp_path / "exchange").mkdir()
    told = {"url": "http://127.0.0.1:7", "token": "t", "account": "101-001-1-001"}
    (tmp_path / "exchange/address.json").write_text(json.dumps(told))
    assert reach_of(session_terms(), settings(tmp_path)).access.account == "101-001-1-001"
    with pytest.raises(OwnExchange, match="mbats live stop sample"):
        reach_of(session_terms(options={"own_exchange": True}), settings(tmp_path))


def test_the_exchange_that_runs_here_is_found_without_a_word(tmp_path):
    with pytest.raises(NoPaperExchange, match="mbats exchange serve"):
        reach(settings(tmp_path), "paper")
    (tmp_path / "exchange").mkdir()
    told = {"url": "http://127.0.0.1:7", "token": "t", "account": "101", "stepped": True, "later": "more"}
    (tmp_path / "exchange/address.json").write_text(json.dumps(told))
    place = reach(settings(tmp_path), "paper")
    assert (place.access.token, place.access.account, place.paper.stepped) == ("t", "101", True)
    elsewhere = settings(tmp_path, MBATS_OANDA_ACCOUNT="102")
    assert reach(elsewhere, "paper").access.account == "101", "that one is the practice account's"
    assert reach(replace(elsewhere, oanda_environment="paper")).access.account == "102"


def test_an_address_that_contradicts_the_environment_is_refused(tmp_path):
    mixed = settings(tmp_path, **TOKEN, MBATS_OANDA_URL="https://api-fxtrade.oanda.com")
    with pytest.raises(UrlContradictsEnvironment, match="live"):
        reach(mixed)


def test_a_token_comes_from_a_file_that_nobody_else_can_read(tmp_path):
    with pytest.raises(TokenMissing, match="MBATS_OANDA_TOKEN_FILE"):
        reach(settings(tmp_path))
    file = tmp_path / "token"
    of_file = settings(tmp_path, MBATS_OANDA_TOKEN_FILE=str(file))
    with pytest.raises(SecretFileUnreadable):
        reach(of_file)
    file.write_text("from-the-file\n")
    file.chmod(0o644)
    with pytest.raises(SecretFileOpen, match="chmod 600"):
        reach(of_file)
    file.chmod(0o600)
    assert reach(of_file).access.token == "from-the-file"


def test_real_money_takes_a_flag_and_a_place_on_the_list(tmp_path):
    live = Access.at("live", "t", "001-001-1-001")
    refuse_unasked(settings(tmp_path), replace(live, environment="practice"), live=False)
    with pytest.raises(LiveNotAsked, match="--live"):
        refuse_unasked(settings(tmp_path), live, live=False)
    with pytest.raises(LiveNotAllowed, match="MBATS_OANDA_LIVE_ACCOUNTS"):
        refuse_unasked(settings(tmp_path, MBATS_OANDA_LIVE_ACCOUNTS="001-001-2-001"), live, live=True)
    refuse_unasked(settings(tmp_path, MBATS_OANDA_LIVE_ACCOUNTS="9, 001-001-1-001"), live, live=True)


def test_settings_that_cannot_be_right_say_so_and_show_no_token(tmp_path):
    with pytest.raises(UnknownEnvironment, match="practice, live, paper"):
        settings(tmp_path, MBATS_OANDA_ENVIRONMENT="demo")
    for url in ("127.0.0.1:8080", "ftp://host", "http://host/v3", "http://host:port"):
        with pytest.raises(InvalidOandaUrl):
            settings(tmp_path, MBATS_OANDA_URL=url)
    given = settings(tmp_path, **TOKEN)
    assert "a-token" not in repr(given) + str(given.shown())
    assert given.shown()["MBATS_OANDA_TOKEN"] == "***"
