"""What the embedded default has gathered, moved into a stack, backed up there and brought back: nothing is lost.

The stack here is a second PostgreSQL, reached by its URL, and a real S3 server.
"""

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
import s3fs

from mbats.adapters.objects.store import FsspecObjectStore
from mbats.adapters.postgres.contents import contents
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.bootstrap import wiring
from mbats.cli import run
from mbats.market.local_time import nanoseconds
from mbats.market.planted import VENDOR, planted
from mbats.market.timeframe import Timeframe
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.secmaster.screening import flags
from mbats.settings import Settings

START, END = (nanoseconds(datetime(2015, month, 1, tzinfo=UTC)) for month in (1, 8))
FREE = ["--costs", "none", "-p", "threshold=0", "-p", "max_bars=1", "-p", "stop_atr=10"]
TRAINING = ["--label", "forward-return:1", "--estimator", "ridge", "--walk-forward", "none", "-f", "log_return:12"]
CHAMPION = [
    "backtest",
    "run",
    "ModelBracket",
    "-s",
    "EUR_USD",
    "--start",
    "2015-07",
    "-p",
    "model=signal@champion",
    *FREE,
]
SWEEP = ["backtest", "sweep", "RsiBracket", "-s", "EUR_USD", "--start", "2015-07", "--workers", "1"]
DATABASES = ("mlflow", "optuna", "risk", "secmaster")


class Desk:
    """Runs commands with the variables of one MBATS, and looks into its databases."""

    def __init__(self, folder, backend, **variables):
        self.folder, self.backend = folder, backend
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
        self.variables = kept | {"MBATS_HOME": str(folder / "home")} | variables

    def run(self, *words):
        """Run a command in this process, which has imported what it needs."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name in ("MBATS_DATABASE_URL", "MBATS_OBJECT_STORE"):
                patch.delenv(name, raising=False)
            for name, value in self.variables.items():
                patch.setenv(name, value)
            code = run(list(words))
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def apart(self, *words):
        """Run a command in a process of its own, which remembers no connection."""
        command = [str(Path(sys.executable).with_name("mbats")), *words]
        return subprocess.run(command, cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False)

    def asked(self, *words):
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def rows(self, database):
        """Every table of a database: rows and digest."""
        with psycopg.connect(replace(self.backend.admin_address(), database=database).url) as connection:
            return contents(connection)

    def leave(self):
        """End all connections to the databases, as stopped services do."""
        self.change("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> 'postgres'")

    def change(self, database, words):
        with psycopg.connect(replace(self.backend.admin_address(), database=database).url) as connection:
            return connection.execute(words).fetchall()


@pytest.fixture(scope="module")
def office(tmp_path_factory, discard):
    """A home that holds bars, a champion, its backtest, a sweep and a search."""
    folder = tmp_path_factory.mktemp("office")
    desk = Desk(folder, EmbeddedServer(folder / "home"))
    try:
        bars = planted(["EUR_USD"], Timeframe("H1"), START, END, signal=0.2, seed=3)["EUR_USD"]
        source = IngestionSource("planted", "0" * 64, "test")
        batch = BarBatch(BarKey("EUR_USD", VENDOR, "H1", bars.alignment), bars, flags(bars))
        wiring.security_master(Settings(home=folder / "home")).ingest([batch], source)
        for words in (
            ["model", "train", "EUR_USD", "--name", "signal", "--end", "2015-05", *TRAINING],
            ["model", "promote", "signal", "--gate", "turnover=off", *FREE],
            CHAMPION,
            [*SWEEP, "--grid", "rsi_period=10:20:5"],
            [*SWEEP, "--grid", "rsi_period=10:20", "--bayesian", "2"],
        ):
            done = desk.run(*words)
            assert done.returncode == 0, done.stderr
        yield desk
    finally:
        discard(folder / "home")


@pytest.fixture(scope="module")
def stack(tmp_path_factory, discard, s3_server):
    """A PostgreSQL and buckets of a stack's, which no other set-up on this server has."""
    folder = tmp_path_factory.mktemp("stack")
    backend = EmbeddedServer(folder / "server")
    backend.start()
    address = backend.admin_address()
    files = s3fs.S3FileSystem(**s3_server)
    bucket = f"stack-{uuid4().hex[:12]}"
    for kind in ("", "-backups"):
        files.mkdir(f"{bucket}{kind}")
    yield Desk(
        folder,
        backend,
        MBATS_DATABASE_URL=f"postgresql://mbats_admin:{address.password}@/postgres?host={quote(address.host)}",
        MBATS_OBJECT_STORE=f"s3://{bucket}/mbats",
        MBATS_BACKUPS=f"s3://{bucket}-backups/desk",
        AWS_ENDPOINT_URL=s3_server["endpoint_url"],
        AWS_ACCESS_KEY_ID=s3_server["key"],
        AWS_SECRET_ACCESS_KEY=s3_server["secret"],
    )
    discard(folder / "server")


@pytest.fixture(scope="module")
def moved(office, stack):
    """What `move-in` told of the first time."""
    return stack.asked("stack", "move-in", "--from", str(office.folder / "home"))


def store_of(stack, s3_server, place="MBATS_OBJECT_STORE"):
    return FsspecObjectStore(stack.variables[place], skip_instance_cache=True, **s3_server)


def objects(stack, s3_server):
    store = store_of(stack, s3_server)
    return {key: store.get(key) for key in store.keys("")}


def test_everything_moves_and_reads_the_same(office, stack, moved):
    assert not moved["stayed"]
    assert not [
        one for one in moved["moved"] if one["conflicts"] or (one["there"] and one["what"] != "mlflow.experiments")
    ]
    for words in (["model", "list"], ["data", "list"]):
        assert stack.asked(*words) == office.asked(*words)
    ours, theirs = (desk.asked("why", run) for desk in (office, stack) for run in [one_run(office)])
    assert ours == theirs


def one_run(office):
    [(run,)] = office.change(
        "risk", "SELECT uuid FROM risk.run WHERE strategies::text LIKE '%ModelBracket%' ORDER BY id DESC LIMIT 1"
    )
    return str(run)


def test_a_trade_is_explained_and_decided_again_in_the_stack(office, stack, moved):
    trade = f"{one_run(office)[:8]}:1"
    assert stack.asked("why", trade, "--replay") == office.asked("why", trade, "--replay")


def test_reports_are_alike(office, stack, moved):
    run = one_run(office)
    ours, theirs = (desk.folder / "report.html" for desk in (office, stack))
    for desk, page in ((office, ours), (stack, theirs)):
        done = desk.run("report", run, "-o", str(page))
        assert done.returncode == 0, done.stderr
    assert ours.read_text() == theirs.read_text()


def test_another_move_adds_nothing_and_names_what_differs(office, stack, moved):
    stack.asked("stack", "move-in", "--from", str(office.folder / "home"))
    before = {name: stack.rows(name) for name in DATABASES}
    again = stack.asked("stack", "move-in", "--from", str(office.folder / "home"))
    assert not [one for one in again["moved"] if one["brought"] or one["conflicts"]]
    assert {name: stack.rows(name) for name in DATABASES} == before
    edit = f"UPDATE risk.run SET command = %s WHERE uuid = '{one_run(office)}' RETURNING 1"
    assert stack.change("risk", edit % "'by hand ' || command")
    told = stack.asked("stack", "move-in", "--from", str(office.folder / "home"))
    stack.change("risk", edit % "substr(command, 9)")
    assert [(one["what"], one["conflicts"]) for one in told["moved"] if one["conflicts"]] == [("risk.run", 1)]


SESSION = """
INSERT INTO risk.session (uuid, name, run, venue, url, account, strategies, instruments, timeframe, anchor, limits,
                          options, command, commit, wish, condition)
SELECT gen_random_uuid(), name, gen_random_uuid(), 'paper', 'http://localhost', '1', '[]', '{EUR_USD}', 'H1', 0, '{}',
       '{}', '', '', 'run', 'new' FROM unnest(ARRAY['%s']) name RETURNING 1
"""
OVER = "UPDATE risk.session SET condition = 'stopped' WHERE name = 'over' RETURNING 1"
ENTRY = """
INSERT INTO risk.session_entry (session_id, kind, key, time, body)
SELECT id, 'intent', key, 0, '{}' FROM risk.session, unnest(ARRAY['b', 'a']) key WHERE name = 'over' RETURNING 1
"""


def test_sessions_that_are_over_move_with_their_logs_and_others_stay(office, stack, moved):
    for words in (SESSION % "over", ENTRY, OVER, SESSION % "goes on"):
        assert office.change("risk", words)
    for brought in (1, 0):
        told = stack.asked("stack", "move-in", "--from", str(office.folder / "home"))
        assert told["stayed"] == ["session goes on"]
        assert sum(one["brought"] for one in told["moved"] if one["what"] == "risk.session") == brought
    assert stack.change("risk", "SELECT name, over FROM risk.session") == [("over", True)]
    assert stack.change("risk", "SELECT over FROM risk.session_claim") == [(True,)]
    assert stack.change("risk", "SELECT key FROM risk.session_entry ORDER BY number") == [("b",), ("a",)]
    office.change("risk", "UPDATE risk.session SET condition = 'stopped' RETURNING 1")


def test_the_champion_trades_in_the_stack(stack, moved):
    assert stack.asked(*CHAMPION)["performance"]["trades"] > 100


def test_a_backup_brings_every_table_and_every_object_back(stack, moved, s3_server):
    (stack.folder / "home" / "strategies").mkdir()
    (stack.folder / "home" / "strategies" / "mine.py").write_text("MINE = 1\n")
    before, kept = {name: stack.rows(name) for name in DATABASES}, objects(stack, s3_server)
    taken = stack.asked("stack", "backup")
    assert taken["objects"] == len(kept) + 1
    stack.leave()

    refused = stack.run("stack", "restore")
    assert refused.returncode == 1
    assert "--over" in refused.stderr
    runs = len(stack.change("risk", "SELECT 1 FROM risk.run"))
    assert runs
    assert f"{runs} runs" in refused.stderr

    stack.change("risk", "DELETE FROM risk.deflation RETURNING 1")
    stack.change("secmaster", "UPDATE secmaster.intraday_bar SET high = high + 1 RETURNING 1")
    store = store_of(stack, s3_server)
    first, second = sorted(kept)[:2]
    store.remove(first)
    store.replace(second, b"half of it")
    (stack.folder / "home" / "strategies" / "mine.py").unlink()

    back = stack.asked("stack", "restore", "--over")
    assert back["backup"] == taken["backup"]
    assert {name: stack.rows(name) for name in DATABASES} == before
    assert objects(stack, s3_server) == kept
    assert (stack.folder / "home" / "strategies" / "mine.py").read_text() == "MINE = 1\n"
    assert stack.asked(*CHAMPION)["performance"]["trades"] > 100


def test_what_is_damaged_or_at_work_is_not_restored(stack, moved, s3_server):
    newest = stack.asked("stack", "backup")
    stack.leave()
    before = {name: stack.rows(name) for name in DATABASES}
    with psycopg.connect(replace(stack.backend.admin_address(), database="risk").url):
        refused = stack.run("stack", "restore", "--over")
    assert refused.returncode == 1
    assert "mbats_admin (1)" in refused.stderr
    vault = store_of(stack, s3_server, "MBATS_BACKUPS")
    part = f"taken/{newest['backup']}/secmaster/000000"
    whole = vault.get(part)
    vault.replace(part, whole[:-100])
    refused = stack.run("stack", "restore", "--over")
    vault.replace(part, whole)
    assert refused.returncode == 1
    assert f"SHA-256 of {part}" in refused.stderr
    assert {name: stack.rows(name) for name in DATABASES} == before


def test_a_database_or_store_that_is_away_is_said_so_and_may_be_tried_again(stack, moved):
    stack.backend.stop()
    try:
        for words in (["stack", "backup"], ["data", "list"]):
            done = stack.apart(*words)
            assert done.returncode == 75, done.stderr
            assert "does not answer" in done.stderr
    finally:
        stack.backend.start()
    before = len(stack.asked("stack", "backup", "--list"))
    away = Desk(stack.folder, stack.backend, **stack.variables | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    for words in (["stack", "backup"], ["schedule", "downloads"]):
        done = away.apart(*words)
        assert done.returncode == 75, done.stderr
    assert len(stack.asked("stack", "backup", "--list")) == before
