"""Days on which things go wrong for a session: it stops safely, says why, and goes on where it can."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from fakes.day import START, SYMBOL, Day, Finer, Once
from fixtures.ports import free_ports
from mbats.adapters.postgres import place
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.server import open_server
from mbats.cli import run
from mbats.errors.live import InstrumentTaken
from mbats.live.alerts import AlertKind
from mbats.live.store import Condition
from mbats.market.local_time import MINUTE


@pytest.fixture
def day(exchange, postgres):
    """Begin a session's day on `exchange`."""

    def begin(*given, **facts):
        return Day(exchange, postgres.session_store(), *given, **facts)

    return begin


def reasons(client, kind="ORDER_CANCEL"):
    rows = client.get("/transactions/sinceid", id=1)["transactions"]
    return [row.get("rejectReason") or row.get("reason") for row in rows if row["type"] == kind]


def stops(client):
    return [trade.get("stopLossOrder", {}).get("price") for trade in client.get("/openTrades")["trades"]]


def test_a_strategy_that_fails_ends_the_session_and_keeps_the_stop(day, client):
    today = day(Once(fails_at=26))
    today.live()
    assert today.state.condition is Condition.FAILED
    assert "division by zero" in today.state.reason
    assert AlertKind.ALARM in today.alerts.kinds
    assert len(stops(client)) == 1
    assert None not in stops(client)


def test_a_closed_market_is_sent_nothing_and_traded_when_it_opens(day, client):
    today = day(Once(again=3))
    today.live(
        turns=7,
        incidents={
            1: lambda: today.admin("market/halt", instruments=[SYMBOL]),
            3: lambda: today.admin("market/resume", instruments=[SYMBOL]),
        },
    )
    sent = [row.time for row in today.rows("intent")]
    assert sent == [START + 3 * 5 * MINUTE]
    assert "MARKET_HALTED" not in reasons(client)
    assert len(stops(client)) == 1


def test_an_order_beyond_the_margin_is_cancelled_told_and_not_sent_again(day, client):
    today = day(units=90_000_000)
    today.live()
    assert reasons(client) == ["INSUFFICIENT_MARGIN"]
    assert len(today.rows("intent")) == 1
    assert AlertKind.REJECT in today.alerts.kinds
    assert (today.state.condition, stops(client)) == (Condition.STOPPED, [])


def test_a_price_that_is_too_precise_is_refused_told_and_not_sent_again(day, client):
    today = day(Once(stop=0.0100123))
    today.live(instruments=Finer)
    assert reasons(client, "MARKET_ORDER_REJECT") == ["STOP_LOSS_ON_FILL_PRICE_PRECISION_EXCEEDED"]
    assert [row.body["fate"] for row in today.rows("reply")] == ["refused"]
    assert AlertKind.REJECT in today.alerts.kinds
    assert (today.state.condition, stops(client)) == (Condition.STOPPED, [])


def test_a_stop_on_the_wrong_side_after_a_gap_opens_nothing(day, client):
    today = day(Once(stop=0.0030))
    today.live(incidents={1: lambda: today.admin("market/gap", instrument=SYMBOL, pips=-60)})
    assert reasons(client) == ["STOP_LOSS_ON_FILL_LOSS"]
    assert len(today.rows("intent")) == 1
    assert (today.state.condition, stops(client)) == (Condition.STOPPED, [])


def test_a_price_collar_keeps_such_an_order_back(day, client):
    today = day(Once(stop=0.0030), limits={"collar": "0.2"})
    today.live(incidents={1: lambda: today.admin("market/gap", instrument=SYMBOL, pips=-60)})
    assert [row.body["limit"] for row in today.rows("blocked")] == ["collar"]
    assert today.rows("intent") == []


def test_a_token_that_is_revoked_ends_the_session_and_keeps_the_stop(day, client):
    today = day(Once(again=5))
    revoked = {"kind": "status-before", "status": 401, "times": None, "path": "/v3/*"}
    today.live(incidents={3: lambda: today.admin("faults", **revoked)})
    assert today.state.condition is Condition.FAILED
    assert "token" in today.state.reason
    assert AlertKind.ALARM in today.alerts.kinds
    today.admin("faults", "DELETE")
    assert len(stops(client)) == 1
    assert None not in stops(client)


def test_a_second_session_on_an_instrument_is_refused_and_told_how_to_go_on(day):
    first = day()
    with pytest.raises(InstrumentTaken) as refused:
        day()
    assert first.terms.name in str(refused.value)
    assert "mbats live stop" in str(refused.value)


@contextmanager
def own_database(folder):
    """A database that its user starts and stops."""
    server = EmbeddedServer(folder / "theirs")
    server.start()
    rules = place.load(folder / "theirs/postgres").data / "pg_hba.conf"
    rules.write_text("local all all scram-sha-256\n")
    with connected(server.admin_address(), autocommit=True) as admin:
        admin.execute("CREATE ROLE dba LOGIN CREATEDB CREATEROLE PASSWORD 'dba'")
        admin.execute("SELECT pg_reload_conf()")
    try:
        yield server, f"postgresql://dba:dba@/postgres?host={quote(str(server.admin_address().host))}"
    finally:
        server.stop()


def test_without_its_database_a_session_sends_nothing_and_goes_on_when_it_is_back(exchange, client, own_home):
    with own_database(own_home) as (server, url):
        today = Day(exchange, open_server(own_home / "ours", url).session_store(), Once(again=20, stop=0.0200))
        close = {"longUnits": "ALL"}
        seen = []

        def count():
            seen.append(int(client.get("/summary")["account"]["lastTransactionID"]))

        today.live(
            turns=12,
            incidents={
                3: lambda: (server.stop(), client.put(f"/positions/{SYMBOL}/close", close), count()),
                7: lambda: (count(), server.start()),
                8: lambda: None,
            },
        )
        assert seen[0] == seen[1], "nothing was sent while the database was away"
        assert {AlertKind.TROUBLE, AlertKind.RECOVERED} <= today.alerts.kinds
        assert int(client.get("/summary")["account"]["lastTransactionID"]) > seen[1], "it trades again"
        assert len(stops(client)) == 1
        assert today.state.condition is Condition.STOPPED


PLANTED = ("--market", "planted", "-s", "EUR_USD", "--start", "2024-07-01T10:00", "--end", "2024-07-05")


def process(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "mbats", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def until(true, seconds=60.0):
    begun = time.monotonic()
    while not (found := true()):
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.1)
    return found


def test_an_exchange_that_is_killed_and_comes_back_is_traded_on(home, monkeypatch, postgres_home):
    monkeypatch.setenv("MBATS_OANDA_ENVIRONMENT", "paper")
    port, admin = map(str, free_ports(2))
    serve = ("exchange", "serve", *PLANTED, "--port", port, "--admin-port", admin, "--clock", "3600")
    address = home / "exchange" / "address.json"
    serving = process(*serve)
    session = None
    try:
        until(address.exists)
        assert run(["live", "start", "RsiBracket", "-s", "EUR_USD", "--name", "sample", "--anchor", "2024-06-20"]) == 0
        session = process("live", "run", "sample")
        store = open_server(home).session_store()
        until(lambda: store.states("sample")[0].condition is Condition.RUNNING)
        key = store.states("sample")[0].terms.id
        os.kill(serving.pid, signal.SIGKILL)
        serving.communicate()
        until(lambda: store.states("sample")[0].condition is Condition.PAUSED)
        assert session.poll() is None
        bars = len(store.entries(key, "bar"))
        serving = process(*serve)
        until(lambda: len(store.entries(key, "bar")) > bars + 3)
        assert store.states("sample")[0].condition is Condition.RUNNING
        assert session.poll() is None
    finally:
        for one in (serving, session):
            if one:
                one.kill()
                one.communicate()
