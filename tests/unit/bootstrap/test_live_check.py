"""What `mbats live check` finds."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from fakes.bars import bars
from fakes.v20 import ACCOUNT, TOKEN, FakeV20, NoTime, StillClock
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap.live_check import Health, examine
from mbats.errors.broker import ForbiddenAccount, UnknownVenueInstrument, VenueUnreachable, WrongToken
from mbats.errors.settings import AccountUnclear

NOW = datetime(2024, 1, 10, 12, tzinfo=UTC)


def account(hedging=False):
    money = {"balance": "100.0000", "NAV": "99.0000", "marginUsed": "0.0000", "marginAvailable": "99.0000"}
    facts = {"id": ACCOUNT, "currency": "USD", "marginCloseoutPercent": "0", "lastTransactionID": "3"}
    return {"account": facts | money | {"hedgingEnabled": hedging, "trades": [], "orders": []}}


def look(server, environment="practice", *, skew=0.0, allowed=(), symbols=(), token=TOKEN, hedging=False):
    date = format_datetime(NOW + timedelta(seconds=skew), usegmt=True)

    def dated(request):
        response = server(request)
        response.headers["Date"] = date
        return response

    server.answers["/"] = server.answers.get("/") or [httpx.Response(200, json=account(hedging))]

    async def go():
        access = Access.at(environment, token, server.account, "" if environment != "paper" else "http://127.0.0.1:9")
        async with await OandaVenue.opened(access, httpx.MockTransport(dated), NoTime()) as venue:
            return await examine(venue, allowed, symbols, StillClock(NOW))

    return {finding.check: finding for finding in asyncio.run(go())}


@pytest.fixture
def server():
    return FakeV20([bars("2024-01-10T00")])


def test_a_sound_practice_account(server):
    found = look(server)
    assert {finding.health for finding in found.values()} == {Health.OK}
    assert "nothing real" in found["money"].text
    assert "99.0000 USD" in found["account"].text
    assert "pips" in found["EUR_USD"].text
    assert all(method == "GET" for method, *_ in server.asked)


def test_real_money_is_said_aloud_with_what_it_still_takes(server):
    assert "no session will start" in look(server, "live")["money"].text
    assert "LIVE" in look(server, "live", allowed=[ACCOUNT])["money"].text


@pytest.mark.parametrize(
    ("skew", "health", "word"),
    [(1, Health.OK, "agrees"), (7, Health.WARNING, "7 s behind"), (-99, Health.ERROR, "99 s ahead")],
)
def test_a_clock_that_is_wrong_is_found(server, skew, health, word):
    finding = look(server, skew=skew)["clock"]
    assert (finding.health, word in finding.text) == (health, True)
    assert look(server, "paper", skew=skew)["clock"].health is Health.OK


def test_hedging_is_an_error_and_a_closed_market_a_warning(server):
    assert look(server, hedging=True)["netting"].health is Health.ERROR
    closed = {"instrument": "EUR_USD", "time": "2024-01-06T00:00:00Z", "status": "non-tradeable"}
    closed |= {"closeoutBid": "1.1", "closeoutAsk": "1.2", "bids": [], "asks": []}
    server.answers["/pricing"] = [httpx.Response(200, json={"prices": [closed]})]
    finding = look(server)["EUR_USD"]
    assert (finding.health, "MARKET_HALTED" in finding.text) == (Health.WARNING, True)


def test_what_makes_questions_vain_is_raised(server):
    with pytest.raises(WrongToken):
        look(server, token="stale")
    with pytest.raises(UnknownVenueInstrument, match="EUR_XYZ"):
        look(server, symbols=["EUR_XYZ"])
    server.answers["/"] = [httpx.Response(403, json={})]
    with pytest.raises(ForbiddenAccount):
        look(server)
    server.answers["/"] = [httpx.ConnectError("down")] * 4
    with pytest.raises(VenueUnreachable):
        look(server)


def test_an_account_that_is_not_named_is_the_only_one_or_asked_for(server):
    server.account = ""
    server.answers["/accounts"] = [httpx.Response(200, json={"accounts": [{"id": "1"}, {"id": "2"}]})]
    with pytest.raises(AccountUnclear, match="1, 2"):
        look(server)
