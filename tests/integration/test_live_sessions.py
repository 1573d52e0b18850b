"""Sessions by the command line on a paper exchange: real processes, real HTTP, a real database."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.roles import READER
from mbats.bootstrap.child_processes import runs
from mbats.cli import run

MARKET = ("--market", "planted", "-s", "EUR_USD", "-s", "USD_JPY", "--start", "2024-07-01T10:00", "--end", "2024-07-05")
FREE = ("--port", "0", "--admin-port", "0")
START = ("live", "start", "RsiBracket", "-s", "EUR_USD", "--name", "sample", "--anchor", "2024-06-20")


def process(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "mbats", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@contextmanager
def exchange(home: Path, clock: str):
    """Run a paper exchange until the block ends."""
    serving = process("exchange", "serve", *MARKET, *FREE, "--clock", clock)
    try:
        until(lambda: (home / "exchange" / "address.json").exists() or serving.poll() is not None, 60)
        assert serving.poll() is None, serving.stderr.read()
        yield serving
    finally:
        serving.kill()
        serving.communicate()


def until(true, seconds: float = 30.0):
    """Wait until something is true, and return it."""
    begun = time.monotonic()
    for _ in count():
        if found := true():
            return found
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.1)
    return None


@pytest.fixture
def trader_home(home, monkeypatch):
    """A home whose commands mean the paper exchange."""
    monkeypatch.setenv("MBATS_OANDA_ENVIRONMENT", "paper")
    return home


@pytest.fixture
def said(capsys):
    """Run a command in this process; return its exit code, its document and what it said about the work."""

    def say(*words):
        capsys.readouterr()
        code = run([*words, "--json"])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out.startswith(("{", "[")) else None, told.err

    return say


def test_a_session_on_a_replayed_market_is_a_run_like_any_other(trader_home, said, capsys):
    with exchange(trader_home, "stepped"):
        code, rehearsal, _ = said(*START, "--dry-run", "--limit", "account.units=5000")
        assert code == 0
        assert set(rehearsal) == {"time", "would_send", "kept_back", "limits"}
        room = {(one["limit"], one["scope"]): one["room"] for one in rehearsal["limits"]}
        assert room["daily_loss", "session"] == 3.0
        assert room["units", "account"] in {4_000.0, 5_000.0}
        assert said("live", "status")[1] == []

        assert said(*START)[0] == 0
        code, _, error = said("live", "start", "RsiBracket", "-s", "EUR_USD", "--name", "other")
        assert code == 1
        assert "Session sample trades EUR_USD" in error
        assert "mbats live stop sample" in error
        assert run(["live", "run", "sample"]) == 0

        status = said("live", "status", "sample")[1]
        assert (status["condition"], status["running"], status["reason"]) == ("stopped", False, "the market has ended")
        assert all(one["stop"] is not None for one in status["trades"])
        [stored] = said("backtest", "list")[1]
        assert (stored["status"], stored["synthetic"], stored["strategy"]) == ("finished", True, "RsiBracket")
        assert stored["trades"] > 0
        assert stored["net"] == pytest.approx(float(status["nav"]) - 100_000, abs=0.01)

        with psycopg.connect(EmbeddedServer(trader_home).address("risk", READER).url) as reader:
            trades = reader.execute("SELECT trade, units::text, price::text FROM report.session_positions").fetchall()
            states = dict(reader.execute("SELECT state, count(*) FROM report.session_orders GROUP BY 1").fetchall())
            lacking = reader.execute("SELECT count(*) FROM report.session_orders WHERE instrument IS NULL").fetchone()
        assert trades == [(one["id"], one["units"], one["price"]) for one in status["trades"]]
        assert states.get("waiting", 0) == 2 * len(trades)
        assert states["filled"] == 2 * stored["trades"] + len(trades)
        assert lacking == (0,)

        code, reported, _ = said("report", "sample")
        assert code == 0
        assert Path(reported["report"]).stat().st_size > 10_000
        assert run(["live", "run", "sample"]) == 1
        assert "is over" in capsys.readouterr().err


def test_one_trader_keeps_sessions_alive_through_any_death(trader_home, said):
    with exchange(trader_home, "300"):
        assert said(*START)[0] == 0
        trader = process("trader")
        try:
            first = until(lambda: running(said))
            second_trader = process("trader")
            assert second_trader.wait(30) == 1
            assert f"Another trader (pid {trader.pid})" in second_trader.communicate()[1]

            os.kill(first, signal.SIGKILL)
            second = until(lambda: (found := running(said)) != first and found)

            trader.kill()
            trader.communicate()
            trader = process("trader")
            time.sleep(4)
            assert running(said) == second

            assert said("live", "pause", "sample", "--reason", "payrolls")[0] == 0
            until(lambda: said("live", "status", "sample")[1]["condition"] == "paused")
            assert said("live", "resume", "sample", "--reason", "over")[0] == 0
            until(lambda: said("live", "status", "sample")[1]["condition"] == "running")

            code, _, error = said("live", "close", "sample", "999", "--reason", "a typing error")
            assert code == 1
            assert "no open trade has the number 999" in error

            before = said("live", "status", "sample")[1]
            trader.terminate()
            assert trader.wait(30) == 0
            after = said("live", "status", "sample")[1]
            assert (after["running"], after["wanted"]) == (False, "run")
            assert {one["id"] for one in before["trades"]} >= {one["id"] for one in after["trades"]}
            until(lambda: not runs(second, "run"))
        finally:
            trader.kill()
            trader.communicate()
            end_watchdog(trader_home)
        assert said("live", "stop", "sample", "--reason", "enough")[1]["condition"] == "stopped"


def test_a_database_that_stops_in_mid_session_stops_nothing_but_the_trading(trader_home, said):
    with exchange(trader_home, "300"):
        assert said(*START)[0] == 0
        session = process("-v", "live", "run", "sample")
        try:
            process_of = until(lambda: running(said))
            server = EmbeddedServer(trader_home)
            for _ in range(2):
                server.stop()
                time.sleep(1)
            status = until(lambda: (told := said("live", "status", "sample")[1])["running"] and told)
            assert status["process"] == process_of == session.pid
            until(lambda: said("live", "status", "sample")[1]["heartbeat_age"] < 5)
            assert session.poll() is None
            assert said("live", "flatten", "sample", "--reason", "done")[0] == 0
            assert session.wait(60) == 0
        finally:
            session.kill()
            session.communicate()
        status = said("live", "status", "sample")[1]
        assert (status["condition"], status["trades"]) == ("stopped", [])


def running(said):
    """Return the process that runs the session, or None."""
    status = said("live", "status", "sample")[1]
    return status["process"] if status["running"] and status["condition"] in {"running", "paused"} else None


def end_watchdog(home: Path) -> None:
    try:
        os.kill(int((home / "live" / "watchdog.pid").read_text()), signal.SIGTERM)
    except (OSError, ValueError):
        return
