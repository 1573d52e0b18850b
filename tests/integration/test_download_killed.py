"""A kill -9 in the middle of a download: what was stored stays, and the next run fetches only what lacks."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from mbats.adapters.ecb.fixings import load
from mbats.adapters.postgres.server import open_server
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.market.reference.generator import generate
from mbats.market.timeframe import Timeframe
from mbats.secmaster.keys import BarKey
from mbats.secmaster.moments import instant

KEY = BarKey("EUR_USD", "paper", "M1")
COMMAND = ["data", "ingest", "EUR_USD", "--vendor", "paper", "--timeframe", "M1"]


@pytest.fixture(scope="module")
def minutes():
    return generate(load(), ["EUR_USD"], Timeframe("M1"), instant("2024-01-01"), instant("2024-04-01"))


@pytest.fixture
def exchange(minutes, own_home):
    """A paper exchange that `mbats` finds under the home."""
    with PaperExchange(recorded_market(minutes, instant("2024-03-29"))) as paper:
        open_server(own_home)
        (own_home / "exchange").mkdir()
        place = {"url": paper.url, "token": paper.token, "account": paper.account}
        (own_home / "exchange/address.json").write_text(json.dumps(place))
        yield paper


def start(home, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "mbats", *COMMAND, *arguments],
        env={**os.environ, "MBATS_HOME": str(home), "MBATS_LOG_LEVEL": "info"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(home, since):
    """Start a download and kill it as soon as it has stored something; tell whether it was still at work."""
    before = rows(home)
    process = start(home, "--since", since)
    guard = threading.Timer(60, process.kill)
    guard.start()
    while process.poll() is None and rows(home) == before:
        time.sleep(0.05)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    guard.cancel()
    return alive


def rows(home):
    return sum(holding.rows for holding in open_server(home).security_master().holdings())


def finished(home, since):
    out, err = (process := start(home, "--since", since, "--json")).communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)["stored"][0]


def held(home):
    return open_server(home).security_master().bars(KEY)


@pytest.mark.timeout(240)
def test_the_next_run_goes_on_where_the_last_one_died(own_home, exchange, minutes):
    made = minutes["EUR_USD"]
    assert killed(own_home, "2024-02-15"), "the download was done before it could be killed: give it more bars"
    first = held(own_home)
    whole = made.between(instant("2024-02-15"), 2**63 - 1)
    np.testing.assert_array_equal(first.time, whole.time[: len(first)], "no hole: it grows from its beginning")
    assert killed(own_home, "2024-01-01"), "the download was done before it could be killed: give it more bars"
    second = held(own_home)
    assert len(first) < len(second) < len(made) / 2
    done = finished(own_home, "2024-01-01")
    all_of_it = held(own_home)
    want = made.between(instant("2024-01-01"), instant("2024-03-29"))
    assert done["inserted"] == len(want) - len(second)
    assert done["unchanged"] == 11
    np.testing.assert_array_equal(all_of_it.time, want.time)
    for side in ("mid", "bid", "ask"):
        for price in ("open", "high", "low", "close"):
            assert getattr(getattr(all_of_it, side), price).tobytes() == getattr(getattr(want, side), price).tobytes()
    assert all_of_it.synthetic
