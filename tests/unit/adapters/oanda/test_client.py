"""Questions are patient, instructions are sent once, and every failure has words of its own."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.client import Client
from mbats.errors.broker import (
    ForbiddenAccount,
    MalformedAnswer,
    RateLimited,
    RequestRefused,
    VenueFailed,
    VenueSilent,
    VenueUnreachable,
    WrongToken,
)
from mbats.execution.broker import Fate

OK = httpx.Response(200, json={"lastTransactionID": "7"})
REFUSED = httpx.ConnectError("refused")


def get(client, path="/x"):
    return asyncio.run(client.get(client.access.account_path + path))


def send(client):
    return asyncio.run(client.send("POST", client.access.account_path + "/orders", {"order": {}}))


def responses(*statuses, **more):
    return [httpx.Response(status, json={}, **more) for status in statuses]


@pytest.mark.parametrize("trouble", [REFUSED, httpx.ReadError("reset"), *responses(429, 500, 503)], ids=str)
def test_a_question_is_asked_again(client, server, timing, trouble):
    server.answers["/x"] = [trouble, OK]
    assert get(client) == {"lastTransactionID": "7"}
    assert len(server.asked) == 2
    assert sum(timing.waits) > 0


@pytest.mark.parametrize(
    ("answers", "error", "asked"),
    [
        ([REFUSED] * 4, VenueUnreachable, 4),
        (responses(502, 502, 502, 502), VenueFailed, 4),
        (responses(429, 429, 429, 429), RateLimited, 4),
        ([httpx.ReadTimeout("slow")], VenueSilent, 1),
        ([httpx.Response(200, text="<html>")], MalformedAnswer, 1),
        ([httpx.Response(200, json=[1])], MalformedAnswer, 1),
        ([httpx.Response(400, json={"errorMessage": "Invalid value specified for 'from'"})], RequestRefused, 1),
        ([httpx.Response(404, text="nothing here")], RequestRefused, 1),
    ],
)
def test_a_failure_says_what_failed(client, server, answers, error, asked):
    server.answers["/x"] = list(answers)
    with pytest.raises(error, match=r"http://127\.0\.0\.1:9"):
        get(client)
    assert len(server.asked) == asked


def test_retry_after_is_honoured_by_all_that_follows(client, server, timing):
    server.answers["/x"] = [*responses(429, headers={"Retry-After": "7"}), OK]
    get(client)
    assert timing.monotonic() >= 7
    server.answers["/orders"] = responses(429, headers={"Retry-After": "5"})
    before = timing.monotonic()
    assert send(client).fate is Fate.NOT_SENT
    get_after = [OK]
    server.answers["/x"] = get_after
    get(client)
    assert timing.monotonic() >= before + 5


def test_a_wrong_token_and_a_foreign_account_are_told_apart(server, access, timing):
    stranger = Client(replace(access, token="stale"), server.transport(), timing)
    with pytest.raises(WrongToken, match="MBATS_OANDA_TOKEN"):
        get(stranger)
    with pytest.raises(WrongToken):
        send(stranger)
    elsewhere = Client(replace(access, account="101-001-1-001"), server.transport(), timing)
    with pytest.raises(ForbiddenAccount, match="101-001-1-001"):
        get(elsewhere)
    with pytest.raises(ForbiddenAccount, match="MT4"):
        send(elsewhere)
    assert not server.asked


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (httpx.Response(201, json={"lastTransactionID": "3"}), Fate.DONE),
        (httpx.Response(400, json={"errorMessage": "no"}), Fate.REFUSED),
        (httpx.Response(404, json={"errorMessage": "no"}), Fate.REFUSED),
        (httpx.ConnectError("refused"), Fate.NOT_SENT),
        (httpx.ConnectTimeout("nobody there"), Fate.NOT_SENT),
        (httpx.Response(429), Fate.NOT_SENT),
        (httpx.ReadTimeout("slow"), Fate.UNKNOWN),
        (httpx.WriteTimeout("slow"), Fate.UNKNOWN),
        (httpx.ReadError("reset"), Fate.UNKNOWN),
        (httpx.RemoteProtocolError("cut"), Fate.UNKNOWN),
        (httpx.Response(500, json={"errorMessage": "oops"}), Fate.UNKNOWN),
        (httpx.Response(503), Fate.UNKNOWN),
        (httpx.Response(201, text='{"orderCreateTransaction": {"id": "1'), Fate.UNKNOWN),
        (httpx.Response(400, text="<html>a proxy</html>"), Fate.UNKNOWN),
        (httpx.Response(302, headers={"Location": "/elsewhere"}), Fate.UNKNOWN),
        (httpx.Response(408, json={}), Fate.UNKNOWN),
    ],
)
def test_the_fate_of_an_instruction_is_known_or_said_to_be_unknown_and_it_is_sent_once(client, server, answer, fate):
    server.answers["/orders"] = [answer]
    assert send(client).fate is fate
    assert len(server.asked) == 1


def test_no_second_sees_more_requests_than_a_venue_allows(client, server, timing):
    async def many():
        moments = []
        for _ in range(300):
            await client.get("/v3/accounts")
            moments.append(timing.monotonic())
        return moments

    moments = asyncio.run(many())
    assert max(sum(first <= m < first + 1 for m in moments) for first in moments) < 100
    assert moments[-1] < 4, "but most of what is allowed is used"


def test_new_connections_wait_for_one_another(client, timing):
    async def four():
        for _ in range(4):
            await client._trace("connection.connect_tcp.started", {})
        await client._trace("http11.send_request_headers.started", {})

    asyncio.run(four())
    assert timing.monotonic() == pytest.approx(1.5)


def test_the_token_is_in_no_text_of_ours(access):
    assert access.token not in repr(access)


def test_practice_and_live_are_other_addresses_of_the_same_thing():
    practice, live = Access.at("practice", "t"), Access.at("live", "t")
    assert (practice.url, practice.stream_url) == (
        "https://api-fxpractice.oanda.com",
        "https://stream-fxpractice.oanda.com",
    )
    assert "fxtrade" in live.url
    own = Access.at("paper", "t", url="http://127.0.0.1:8080/")
    assert own.url == own.stream_url == "http://127.0.0.1:8080"
    assert (practice.vendor, own.vendor) == ("oanda", "paper")
