"""What went over the wire, on a tape without secrets, and played again."""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from fakes.bars import bars
from fakes.v20 import ACCOUNT, TOKEN, FakeV20, NoTime, StillClock
from mbats.adapters.oanda import recorder
from mbats.adapters.oanda.recorder import Recorder, Replay
from mbats.adapters.oanda.venue import OandaVenue
from mbats.errors.broker import NotOnTape, RateLimited
from mbats.execution.broker import Fate, Submit
from mbats.market.timeframe import Timeframe


class Lines(httpx.AsyncByteStream):
    async def __aiter__(self):
        yield b'{"id": "8", "accountID": "%s", "type": "ORDER_' % ACCOUNT.encode()
        yield b'FILL"}\n'


async def a_day(access, transport):
    """Ask and do a little of everything; return what came of it."""
    async with await OandaVenue.opened(access, transport, NoTime()) as venue:
        read = await venue.feed.bars("EUR_USD", Timeframe("H1"), 0)
        log = await venue.broker.transactions(0)
        first = await venue.broker.send(Submit("mb-1", "EUR_USD", Decimal(5)))
        second = await venue.broker.send(Submit("mb-1", "EUR_USD", Decimal(5)))
        with pytest.raises(RateLimited):
            await venue.client.get(f"{venue.client.access.account_path}/positions")
        messages = venue.news().messages()
        return read, log, (first, second), [await anext(messages), await anext(messages)]


@pytest.fixture
def server():
    server = FakeV20([bars("2024-01-08T00")])
    server.log = [{"id": "1", "type": "CREATE", "accountID": ACCOUNT, "userID": 4711, "alias": "Jane's own"}]
    order = {"id": "2", "type": "MARKET_ORDER", "instrument": "EUR_USD", "units": "5", "accountID": ACCOUNT}
    server.answers["/orders"] = [
        httpx.Response(201, json={"orderCreateTransaction": order}),
        httpx.ReadTimeout("late"),
    ]
    server.answers["/positions"] = [httpx.Response(429, headers={"Retry-After": "1"}) for _ in range(4)]
    server.answers["/transactions/stream"] = lambda request: httpx.Response(200, stream=Lines())
    return server


@pytest.fixture
def tape(tmp_path):
    return tmp_path / "week.jsonl"


def same_but_raw(transactions):
    return [replace(one, raw={}) for one in transactions]


def test_a_recorded_day_plays_again_as_it_was(server, access, tape):
    written = Recorder(server.transport(), tape, (ACCOUNT,), StillClock())
    lived = asyncio.run(a_day(access, written))
    played = asyncio.run(a_day(replace(access, account=recorder.ACCOUNT, token="none"), Replay(tape)))
    np_bars, log, replies, messages = lived
    assert played[0].mid.close.tobytes() == np_bars.mid.close.tobytes()
    assert same_but_raw(played[1]) == same_but_raw(log)
    assert [reply.fate for reply in played[2]] == [reply.fate for reply in replies] == [Fate.DONE, Fate.UNKNOWN]
    assert [message["type"] for message in played[3]] == [message["type"] for message in messages]


def test_no_secret_is_on_the_tape(server, access, tape):
    asyncio.run(a_day(access, Recorder(server.transport(), tape, (ACCOUNT,), StillClock())))
    text = tape.read_text()
    for secret in (TOKEN, ACCOUNT, "4711", "Jane", "Authorization", "Bearer"):
        assert secret not in text
    assert tape.stat().st_mode & 0o777 == 0o600
    entries = [json.loads(line) for line in text.splitlines()]
    assert {entry["at"] for entry in entries} == {"2024-01-10T12:00:00+00:00"}
    assert entries[0]["method"] == "GET"


def test_what_was_never_recorded_is_refused(access, tape):
    tape.write_text("")
    with pytest.raises(NotOnTape, match="/v3/accounts"):
        asyncio.run(OandaVenue.opened(replace(access, account=""), Replay(tape)))
