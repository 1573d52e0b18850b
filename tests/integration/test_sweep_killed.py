"""A sweep killed twice (kill -9) judges every cell once, and ends as if nothing had happened.

TORTURE=1 (make torture-sweep) does it in full size, too: 10,000 cells over 100,000 bars within two minutes on 2 cores,
with the simulator compiled, which the small one sees to.
"""

import json
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.roles import WRITER
from mbats.cli import run

SLOW = """
import time
from mbats.strategies.samples.rsi_bracket import RsiBracket as Fast

class Slow(Fast):
    def decide(self, bars):
        time.sleep(0.02)
        return super().decide(bars)
"""


class Office:
    """A working folder with a market, commands in processes of their own, and a look into the database."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "mbats", "backtest", "sweep", *arguments],
            cwd=self.folder,
            env=os.environ | {"MBATS_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def look(self):
        return psycopg.connect(EmbeddedServer(self.home).address("risk", WRITER).url, autocommit=True)

    def count(self, looking, what):
        return looking.execute(f"SELECT count(*) FROM risk.{what}").fetchone()[0]

    def killed_at(self, cells, arguments):
        """Start a sweep and kill it once so many cells are stored; return how many there are then."""
        process = self.start(*arguments)
        with self.look() as looking:
            while process.poll() is None and self.count(looking, "sweep_cell") < cells:
                time.sleep(0.01)
            assert process.poll() is None, process.communicate()
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            return self.count(looking, "sweep_cell")


def office(folder, discard, start, end):
    (folder / "strategies").mkdir()
    (folder / "strategies" / "slow.py").write_text(SLOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MBATS_HOME", str(folder / "home"))
        assert run(["data", "reference", "EUR_USD", "--start", start, "--end", end]) == 0
        yield Office(folder)
        discard(folder / "home")


@pytest.fixture
def small(tmp_path, discard):
    yield from office(tmp_path, discard, "2025-01", "2025-03")


@pytest.fixture
def large(tmp_path, discard):
    yield from office(tmp_path, discard, "2010", "2026-02")


def tortured(office, arguments, cells):
    """Kill a sweep at a third and at two thirds; return what the third session says."""
    first = office.killed_at(cells // 3, arguments)
    second = office.killed_at(2 * cells // 3, arguments)
    assert cells // 3 <= first < second < cells, "it was done before it could be killed"
    process = office.start(*arguments, "--json")
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert (told["cells"]["judged"], told["cells"]["resumed"]) == (cells, second)
    with office.look() as looking:
        assert office.count(looking, "sweep_cell") == cells
        assert office.count(looking, "trial") == cells
        assert office.count(looking, "sweep") == 1
    return told


@pytest.mark.timeout(300)
def test_two_hundred_cells(small):
    axes = ("--grid", "rsi_period=11:30:1", "--grid", "stop_atr=0.5:5:0.5", "-s", "EUR_USD")
    told = tortured(small, ("Slow", *axes, "--workers", "2"), 200)
    whole = small.start("RsiBracket", *axes, "--workers", "1", "--json")
    undisturbed = json.loads(whole.communicate(timeout=120)[0])
    assert told["best"] == undisturbed["best"]
    with small.look() as looking:
        stored = looking.execute(
            "SELECT number, parameters::text, figures::text, returns FROM risk.sweep_cell ORDER BY sweep_id, number"
        ).fetchall()
    assert stored[:200] == stored[200:]


@pytest.mark.skipif(not os.environ.get("TORTURE"), reason="takes minutes: make torture-sweep")
@pytest.mark.timeout(900)
def test_ten_thousand_cells_over_a_hundred_thousand_bars(large):
    axes = ("--grid", "rsi_period=11:110:1", "--grid", "stop_atr=0.1:10:0.1", "-s", "EUR_USD")
    begun = time.monotonic()
    tortured(large, ("RsiBracket", *axes), 10_000)
    taken = time.monotonic() - begun
    sys.stdout.write(f"\n10,000 cells over 100,000 bars, killed twice: {taken:.0f} s\n")
    assert taken < 120
