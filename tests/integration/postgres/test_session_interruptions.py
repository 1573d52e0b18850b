"""What a session stored is there whole or not at all, and a lock that was lost is taken again before anything else."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from fakes.session_store import session_terms
from mbats.adapters.postgres.server import open_server
from mbats.errors.database import DatabaseRefused, DatabaseUnreachable
from mbats.errors.live import SessionHeld, TraderHeld
from mbats.live.store import Condition, Entry

TESTS = Path(__file__).resolve().parents[2]
BATCH = 2_000
HOLDING = """
import sys, time
from pathlib import Path
from uuid import UUID
from mbats.adapters.postgres.server import open_server
from mbats.live.store import Condition

store = open_server(Path(sys.argv[1])).session_store()
with store.lead(), store.hold(UUID(sys.argv[2])):
    store.tell(UUID(sys.argv[2]), Condition.RUNNING)
    print("held", flush=True)
    time.sleep(600)
"""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'risk' AND pid <> pg_backend_pid()"


def batch(number):
    return [Entry("bar", f"EUR_USD:{number}:{row}", row, {"close": row / 7}) for row in range(BATCH)]


@pytest.fixture
def store(postgres):
    return postgres.session_store()


@pytest.fixture
def terms(store):
    terms = session_terms()
    store.create(terms)
    return terms


def test_kill_9_frees_session_and_trader(store, terms, postgres_home):
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}"}
    command = [sys.executable, "-c", HOLDING, str(postgres_home), str(terms.id)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(SessionHeld, match=f"pid {process.pid}"), store.hold(terms.id):
        pytest.fail("held twice")
    with pytest.raises(TraderHeld, match=f"pid {process.pid}"), store.lead():
        pytest.fail("led twice")
    process.kill()
    process.wait()
    process.stdout.close()
    with store.lead() as confirm, store.hold(terms.id):
        confirm()
    assert store.states()[0].condition is Condition.RUNNING


def test_a_server_that_dies_in_mid_append_keeps_whole_batches_only(own_home):
    store = open_server(own_home).session_store()
    terms = session_terms()
    store.create(terms)
    failures = []

    def append():
        try:
            for number in range(10_000):
                store.append(terms.id, batch(number))
        except (DatabaseUnreachable, DatabaseRefused) as failure:
            failures.append(failure)

    with store.hold(terms.id):
        appending = Thread(target=append)
        appending.start()
        pid = int(next((own_home / "postgres").rglob("postmaster.pid")).read_text().split()[0])
        while not open_server(own_home).session_store().entries(terms.id):
            pass
        os.kill(pid, signal.SIGQUIT)
        appending.join(60)
        assert len(failures) == 1
        kept = store.entries(terms.id)
        assert kept
        assert len(kept) % BATCH == 0
        number = len(kept) // BATCH - 1
        store.append(terms.id, batch(number))
        assert store.entries(terms.id) == kept
        with pytest.raises(SessionHeld), open_server(own_home).session_store().hold(terms.id):
            pytest.fail("held twice after the server came back")


def test_a_lock_lost_to_another_process_ends_the_session(store, terms, postgres, as_role):
    other = postgres.session_store()
    with store.hold(terms.id):
        store.append(terms.id, batch(0)[:1])
        as_role("risk", "mbats_admin").execute(OTHERS)
        with other.hold(terms.id):
            with pytest.raises((DatabaseUnreachable, DatabaseRefused)):
                store.append(terms.id, batch(0)[:2])
            with pytest.raises(SessionHeld):
                store.append(terms.id, batch(0)[:2])
            other.append(terms.id, [Entry("note", "mine", 0, {})])
        store.append(terms.id, batch(0)[:2])
    assert [entry.key for entry in store.entries(terms.id)] == ["EUR_USD:0:0", "mine", "EUR_USD:0:1"]


def test_a_trader_whose_connection_broke_leads_again_unless_another_does(store, postgres, as_role):
    other = postgres.session_store()
    with store.lead() as confirm:
        as_role("risk", "mbats_admin").execute(OTHERS)
        with pytest.raises((DatabaseUnreachable, DatabaseRefused)):
            confirm()
        with other.lead(), pytest.raises(TraderHeld):
            confirm()
        confirm()
        with pytest.raises(TraderHeld), other.lead():
            pytest.fail("led twice")


def test_a_stopped_session_stays_stopped_whatever_the_writer_tries(store, terms, as_role):
    store.tell(terms.id, Condition.STOPPED, "asked to")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("risk", "mbats_writer").execute("UPDATE risk.session SET condition = 'running'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("risk", "mbats_writer").execute("SELECT risk.forget_live_results(0)")
