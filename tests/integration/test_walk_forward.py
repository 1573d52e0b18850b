"""A walk-forward and a sweep from the command line to their reports, on a real server."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

SLOW = """
import time
from mbats.strategies.samples.rsi_bracket import RsiBracket

class Slow(RsiBracket):
    def decide(self, bars):
        time.sleep(0.5)
        return super().decide(bars)
"""
GRID = ("--grid", "rsi_period=10,20", "--workers", "1")
WINDOWS = ("--train", "30d", "--test", "20d")


@pytest.fixture(scope="module")
def office(furnished):
    """A working folder with three months of the reference market and a strategy that takes its time."""
    with furnished({"slow.py": SLOW}, "EUR_USD", "--start", "2025-01", "--end", "2025-04") as folder:
        yield folder


def walk(mbats, *more):
    return mbats("backtest", "walk-forward", "RsiBracket", "-s", "EUR_USD", *GRID, *WINDOWS, *more)


def test_the_tests_are_one_run_whose_steps_are_stored_and_reported(mbats, office):
    code, out, _ = walk(mbats, "--json")
    assert code == 0
    told = json.loads(out)
    [strategy] = told["strategies"]
    assert [step["step"] for step in strategy["steps"]] == [1, 2, 3]
    assert all(step["parameters"]["rsi_period"] in {10, 20} for step in strategy["steps"])
    assert strategy["parameters"] == {
        **{"rsi_period": "10,20", "train": "30d", "test": "20d", "anchored": False, "objective": "sharpe"}
    }
    assert told["start"] >= strategy["steps"][0]["test"][0]
    assert told["evidence"]["trials"] >= 5
    code, out, _ = mbats("report", told["run"][:8], "-o", str(office / "walk.html"))
    page = (office / "walk.html").read_text()
    assert code == 0
    assert "Step by step" in page
    assert "3 steps chose from 6 cells" in page


def test_the_terminal_shows_each_step(mbats):
    code, out, err = walk(mbats, "--anchored", "--gap", "1d")
    assert code == 0
    assert "rsi_period" in out
    assert "steps chose from" in out
    assert "Next: mbats report" in err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--train", "2w"), "'2w' is no length of a window"),
        (("--train", "5y"), "leaves nothing to test"),
        (("--bayesian", "10"), "cannot"),
        (("--constraint", "trades>=100000"), "No step found parameters that sharpe can rank under trades>=100000"),
    ],
)
def test_what_cannot_be_done_says_why(mbats, more, says):
    code, _, err = walk(mbats, *more)
    assert code == 1
    assert says in err


def test_a_walk_forward_is_not_stressed(mbats):
    assert walk(mbats)[0] == 0
    code, _, err = mbats("report", "latest", "--stress")
    assert code == 1
    assert "is a walk-forward" in err


def test_a_sweep_is_reported_by_its_name_and_a_stranger_is_not(mbats, office):
    code, out, _ = mbats("backtest", "sweep", "RsiBracket", "-s", "EUR_USD", *GRID, "--grid", "stop_atr=1,2", "--json")
    assert code == 0
    told = json.loads(out)
    code, _, _ = mbats("report", told["sweep"], "-o", str(office / "sweep.html"))
    assert code == 0
    page = (office / "sweep.html").read_text()
    assert "Around the best cell" in page
    assert told["verdict"]["sentence"].split(";")[0] in page
    code, _, err = mbats("report", told["sweep"][:13], "--stress")
    assert code == 1
    assert "is a sweep" in err
    code, _, err = mbats("report", "nothing-like-it")
    assert code == 1
    assert "No run and no sweep begins with 'nothing-like-it'" in err


def test_a_killed_walk_forward_is_interrupted_and_has_no_results(mbats, office):
    arguments = ["backtest", "walk-forward", "Slow", "-s", "EUR_USD", *GRID, *WINDOWS]
    process = subprocess.Popen(
        [sys.executable, "-m", "mbats", *arguments], cwd=office, env=dict(os.environ), stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (begun := [line for line in listed(mbats) if line["strategy"] == "Slow"]):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    [line] = [line for line in listed(mbats) if line["strategy"] == "Slow"]
    assert (begun[0]["status"], line["status"], line["net"]) == ("running", "interrupted", None)


def listed(mbats):
    return json.loads(mbats("backtest", "list", "--json")[1])
