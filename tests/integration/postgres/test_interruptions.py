"""Whatever dies in the middle, all or nothing is there afterwards, and the user is told."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.bars import FILE, bars, batch
from fakes.verdict import result, run_info
from mbats.adapters.postgres import place
from mbats.adapters.postgres.server import open_server
from mbats.errors.database import DatabaseRefused, DatabaseUnreachable, InterruptedRun, RunNotRunning, TimeTooFine
from mbats.ledger.run import RunStatus

TESTS = Path(__file__).resolve().parents[2]
IMPORTING = """
import sys, time
from pathlib import Path
from fakes.bars import FILE, bars, batch
from mbats.adapters.postgres.server import open_server

def wait(rows):
    print("storing", flush=True)
    time.sleep(600)

open_server(Path(sys.argv[1])).security_master().ingest([batch(bars(count=50_000))], FILE, wait)
"""
RUNNING = """
import sys, time
from pathlib import Path
from fakes.verdict import run_info
from mbats.adapters.postgres.server import open_server

store = open_server(Path(sys.argv[1])).run_store()
info = run_info()
store.begin(info)
print(info.id, flush=True)
time.sleep(600)
"""


def begin(code, home):
    """Start `code` and wait for the first line that it prints."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}"}
    process = subprocess.Popen([sys.executable, "-c", code, str(home)], env=environment, stdout=subprocess.PIPE)
    return process, process.stdout.readline().decode().strip()


def kill(process):
    process.kill()
    process.wait()
    process.stdout.close()


def test_kill_9_in_the_middle_of_an_import_leaves_nothing(postgres, postgres_home, as_role):
    process, said = begin(IMPORTING, postgres_home)
    kill(process)
    assert said == "storing"
    master = postgres.security_master()
    assert (master.holdings(), master.instruments()) == ([], {})
    query = "SELECT count(*) FROM secmaster.ingestion_run"
    assert as_role("secmaster", "mbats_owner").execute(query).fetchone() == (0,)
    assert master.ingest([batch(bars())], FILE)[0].inserted == 12


def test_a_failure_in_the_second_batch_takes_the_first_one_back(postgres):
    master, table = postgres.security_master(), bars()
    table.mid.low[5] = -1.0
    with pytest.raises(DatabaseRefused, match="check constraint"):
        master.ingest([batch(bars(timeframe="D")), batch(table)], FILE)
    assert master.holdings() == []


def test_times_finer_than_the_database_keeps_are_refused(postgres):
    table = bars()
    table.time[3] += 1
    with pytest.raises(TimeTooFine, match="microsecond"):
        postgres.security_master().ingest([batch(table)], FILE)


def test_a_run_whose_process_was_killed_stays_visible_as_interrupted(postgres, postgres_home):
    store = postgres.run_store()
    process, name = begin(RUNNING, postgres_home)
    assert [(str(run.info.id), run.status) for run in store.runs()] == [(name, RunStatus.RUNNING)]
    kill(process)
    assert _status_soon(store) is RunStatus.INTERRUPTED
    assert store.find(name).status is RunStatus.INTERRUPTED
    with pytest.raises(InterruptedRun, match="mbats backtest run RsiBracket"):
        store.journal(store.find(name).info.id)


def _status_soon(store, patience=10.0):
    deadline = time.monotonic() + patience
    while (status := store.runs()[0].status) is RunStatus.RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)
    return status


def test_a_result_that_cannot_be_stored_whole_is_not_stored_at_all(postgres, as_role):
    store, info = postgres.run_store(), run_info()
    store.begin(info)
    impossible = result(info)
    impossible.equity.time[1] = impossible.equity.time[0]
    with pytest.raises(DatabaseRefused, match="equity"):
        store.finish(impossible)
    assert store.find(str(info.id)).status is RunStatus.RUNNING
    assert as_role("risk", "mbats_owner").execute("SELECT count(*) FROM risk.journal_event").fetchone() == (0,)
    store.finish(result(info))
    assert store.find("latest").info.id == info.id


def test_a_database_that_goes_down_in_the_middle_is_said_and_survived(own_home):
    server = open_server(own_home)
    master, store, info = server.security_master(), server.run_store(), run_info()
    store.begin(info)
    process = int((place.load(own_home / "postgres").data / "postmaster.pid").read_text().split("\n", 1)[0])

    def strike(rows):
        os.kill(process, signal.SIGQUIT)
        time.sleep(0.5)

    with pytest.raises(DatabaseUnreachable, match="Nothing of this command was stored"):
        master.ingest([batch(bars(count=200_000, timeframe="M1"))], FILE, strike)
    assert master.holdings() == []
    assert store.runs()[0].status is RunStatus.INTERRUPTED
    store.finish(result(info))
    assert store.find("latest").info.id == info.id


def test_reading_says_that_the_database_is_gone(postgres, monkeypatch):
    postgres.security_master().ingest([batch(bars())], FILE)
    database = postgres.database("secmaster")
    monkeypatch.setattr(type(database), "address", _elsewhere(database.address))
    with pytest.raises(DatabaseUnreachable) as caught, database.snapshot():
        pass
    assert database.address.password not in str(caught.value)


def _elsewhere(address):
    return replace(address, host="/nowhere")


def test_two_processes_import_the_same_bars_at_once(postgres, postgres_home):
    # The names are there already, so that nothing but the lock of the bars makes the second process wait.
    postgres.security_master().ingest([batch(bars("2021-01-01", count=1))], FILE)
    code = IMPORTING.replace("time.sleep(600)", "time.sleep(3 * (rows > 0))").replace("50_000", "20_000")
    processes = [begin(code, postgres_home)[0] for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    for process in processes:
        process.stdout.close()
    [held] = postgres.security_master().holdings()
    assert held.rows == 20_001


def test_a_run_that_ended_is_held_no_more(postgres, as_role):
    store, info = postgres.run_store(), run_info()
    store.begin(info)
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1835164020"
    assert as_role("risk", "mbats_owner").execute(locks).fetchone() == (1,)
    store.fail(info.id, "done")
    deadline = time.monotonic() + 5
    while as_role("risk", "mbats_owner").execute(locks).fetchone() != (0,):
        assert time.monotonic() < deadline
    with pytest.raises(RunNotRunning):
        store.fail(info.id, "again")


def test_ranges_of_bars_survive_any_order_of_arrival(postgres):
    master, whole = postgres.security_master(), bars(count=60, timeframe="D")
    for first in (40, 0, 20, 10):
        master.ingest([batch(whole.rows(first, first + 25))], FILE)
    np.testing.assert_array_equal(master.bars(batch(whole).key).time, whole.time)
