"""`mbats exchange serve` as a process of its own: asked over HTTP, killed, started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.exchange_client import Client

ACCOUNT = "101-001-1000000-001"
PLANTED = ("--market", "planted", "-s", "EUR_USD", "--start", "2024-07-01T10:00", "--end", "2024-07-04")
FREE = ("--port", "0", "--admin-port", "0")


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "mbats", "exchange", "serve", *options]


@contextmanager
def serving(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the command until the block ends; yields the process and what it tells others."""
    address = home / "exchange" / "address.json"
    address.unlink(missing_ok=True)
    process = subprocess.Popen(command(*options, *FREE), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        waited = time.monotonic()
        while not address.exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() - waited < 60
            time.sleep(0.05)
        yield process, json.loads(address.read_text())
    finally:
        process.kill()
        process.communicate()


def clients(address: dict[str, Any]) -> tuple[Client, Client]:
    return Client(address["url"], address["token"]), Client(address["admin_url"], address["admin_token"])


def order(client: Client, **more: Any) -> Any:
    body = {"order": {"type": "MARKET", "instrument": "EUR_USD", "units": "1000", **more}}
    status, reply = client.ask("POST", f"/v3/accounts/{ACCOUNT}/orders", body)
    assert status == 201, reply
    return reply


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The transactions of three days on which nobody was killed."""
    return lived(tmp_path_factory.mktemp("undisturbed"), kill=())


def lived(home: Path, kill: tuple[int, ...]) -> list[dict[str, Any]]:
    """Trade through the planted market by turns, killing the exchange at some of them; return all transactions."""
    os.environ["MBATS_HOME"] = str(home)
    try:
        after, number, done = "0", 0, False
        while not done:
            with serving(home, *PLANTED, "--clock", "stepped") as (process, address):
                client, operator = clients(address)
                while not (turn := operator.turn("test", after))["done"]:
                    if number % 10 == 0:
                        order(
                            client,
                            units=("1000", "-2000")[number // 10 % 2],
                            trailingStopLossOnFill={"distance": "0.00150"},
                        )
                    after, number = turn["time"], number + 1
                    if number in kill:
                        process.send_signal(signal.SIGKILL)
                        process.wait()
                        break
                else:
                    done = True
                    return list(client.get(f"/v3/accounts/{ACCOUNT}/transactions/sinceid?id=0")["transactions"])
        raise AssertionError
    finally:
        del os.environ["MBATS_HOME"]


def plain(transactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what names requests: they are numbered by each process."""
    return [{key: value for key, value in one.items() if key != "requestID"} for one in transactions]


def test_killed_and_started_again_it_lives_the_same_life(tmp_path: Path, undisturbed: list[dict[str, Any]]) -> None:
    assert len(undisturbed) > 20
    assert plain(lived(tmp_path, kill=(12, 37))) == plain(undisturbed)


def test_it_stops_cleanly_and_tells_where_it_was(home: Path) -> None:
    with serving(home, *PLANTED, "--clock", "3600", "--json") as (process, address):
        client, _ = clients(address)
        assert client.get("/v3/accounts")["accounts"] == [{"id": ACCOUNT, "tags": []}]
        candles = client.get("/v3/instruments/EUR_USD/candles?granularity=H4&count=5")["candles"]
        assert len(candles) == 5
        stranger = Client(address["url"], "wrong")
        assert stranger.ask("GET", "/v3/accounts")[0] == 401
        process.send_signal(signal.SIGTERM)
        out, error = process.communicate(timeout=20)
        assert process.returncode == 0, error
    told = json.loads(out)
    assert told["url"] == address["url"]
    assert address["token"] not in out + error
    assert address["admin_token"] not in out + error
    assert not (home / "exchange" / "address.json").exists()


def test_what_cannot_be_served_is_said_with_its_remedy(home: Path) -> None:
    with serving(home, *PLANTED, "--clock", "stepped") as (_, address):
        port = address["url"].rpartition(":")[2]
        mistakes = {
            ("--port", "0", "--admin-port", "0"): "Another process",
            ("--home", "other", "--port", port): f"Port {port}",
            ("--home", "second", "--clock", "fast"): "'fast' is no pace",
            ("--seed", "7"): "seed 20, not 7",
        }
        for options, words in mistakes.items():
            run = subprocess.run(command(*options), capture_output=True, text=True, timeout=60, check=False)
            assert run.returncode == 1, run.stderr
            assert words in run.stderr
