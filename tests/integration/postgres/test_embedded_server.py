"""The embedded server as the operating system sees it: accounts, folders, processes, crashes."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from mbats.adapters.postgres import binaries, place
from mbats.adapters.postgres.cluster import ADMIN
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.server import open_server
from mbats.errors.database import EmbeddedServerFailed
from mbats.errors.secrets import SecretsBroken

SOURCE = Path(__file__).resolve().parents[3] / "src"
OPEN = """
import sys
from pathlib import Path
from mbats.adapters.postgres.server import open_server
open_server(Path(sys.argv[1]))
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to run the server as")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def spawn(home, code=OPEN, **options):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.Popen([sys.executable, "-c", code, str(home)], env=environment, **options)


def postmaster(home):
    data = place.load(home / "postgres").data
    return int((data / "postmaster.pid").read_text().split("\n", 1)[0])


def test_nobody_gets_in_without_a_password(postgres_home):
    address = EmbeddedServer(postgres_home).address("postgres", ADMIN)
    for password in ("", "guess"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=address.host, dbname="postgres", user=ADMIN, password=password)


def test_listens_on_a_private_socket_only_and_keeps_passwords_to_itself(postgres_home, as_role):
    admin = as_role("risk", ADMIN)
    assert admin.execute("SHOW listen_addresses").fetchone() == ("",)
    assert admin.execute("SHOW fsync").fetchone() == ("on",)
    found = place.load(postgres_home / "postgres")
    assert (mode(found.socket), mode(found.data)) == (0o700, 0o700)
    assert mode(postgres_home / "postgres/credentials.json") == 0o600
    rules = (found.data / "pg_hba.conf").read_text()
    assert "trust" not in rules
    assert rules.count("scram-sha-256") == 4
    passwords = json.loads((postgres_home / "postgres/credentials.json").read_text())
    assert len(set(passwords.values())) == 6
    command = Path("/proc", str(postmaster(postgres_home)), "cmdline").read_text()
    assert not any(password in command for password in passwords.values())


def test_several_processes_start_it_at_once(own_home):
    processes = [spawn(own_home) for _ in range(3)]
    assert [process.wait(90) for process in processes] == [0, 0, 0]
    assert open_server(own_home).security_master().holdings() == []


def test_outlives_its_starter_without_holding_its_pipes(own_home):
    # communicate() ends when nobody holds the pipes any more: an orphan that did would hang every CI job.
    starter = spawn(own_home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    starter.communicate(timeout=60)
    server = postmaster(own_home)
    assert os.getsid(server) != starter.pid
    os.kill(server, 0)


def test_rises_again_after_kill_9_with_all_that_was_committed(own_home):
    server = open_server(own_home)
    with server.database("secmaster").transaction() as connection:
        connection.execute("INSERT INTO secmaster.exchange (code) VALUES ('XNYS')")
    os.kill(postmaster(own_home), signal.SIGKILL)
    with server.database("secmaster").transaction() as connection:
        assert connection.execute("SELECT code FROM secmaster.exchange").fetchall() == [("XNYS",)]


def test_a_lock_file_of_a_process_that_is_somebody_else_is_no_obstacle(own_home):
    server = EmbeddedServer(own_home)
    server.start()
    lock_file = place.load(own_home / "postgres").data / "postmaster.pid"
    content = lock_file.read_text()
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **_same_account(lock_file.parent))
    try:
        lock_file.write_text(content.replace(content.split("\n", 1)[0], str(stranger.pid), 1))
        server.start()
        psycopg.connect(server.admin_address().url).close()
    finally:
        stranger.kill()
        stranger.wait()


def _same_account(data):
    status = data.stat()
    return {"user": status.st_uid, "group": status.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def test_stops_and_starts_again(own_home):
    server = EmbeddedServer(own_home)
    server.stop()
    server.start()
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.admin_address().url)
    server.start()
    psycopg.connect(server.admin_address().url).close()


def test_a_long_home_gets_a_short_socket(own_home):
    home = own_home / ("long" * 25)
    server = EmbeddedServer(home)
    server.start()
    try:
        folder = place.load(home / "postgres").socket
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) < 100
        assert mode(folder) == 0o700
        server.stop()
        _empty(folder)
        server.start()
        psycopg.connect(server.admin_address().url).close()
    finally:
        server.stop()
        place.load(home / "postgres").socket.rmdir()


def _empty(folder):
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_a_killed_initdb_leaves_nothing_half_made(own_home):
    (own_home / "postgres/data.draft/base").mkdir(parents=True)
    EmbeddedServer(own_home).start()
    assert not (own_home / "postgres/data.draft").exists()


def test_says_what_the_log_says_when_it_cannot_start(own_home):
    server = EmbeddedServer(own_home)
    server.start()
    server.stop()
    (place.load(own_home / "postgres").data / "PG_VERSION").write_text("11\n")
    with pytest.raises(EmbeddedServerFailed, match="version 11"):
        server.start()


def test_says_that_the_passwords_are_damaged(own_home):
    open_server(own_home).stop()
    (own_home / "postgres/credentials.json").write_text("{")
    with pytest.raises(SecretsBroken, match=r"credentials\.json"):
        open_server(own_home)
    (own_home / "postgres/credentials.json").write_text("{}")


def test_says_that_the_home_cannot_be_written(own_home):
    own_home.write_text("a file")
    with pytest.raises(EmbeddedServerFailed, match="Not a directory"):
        EmbeddedServer(own_home).start()
    own_home.unlink()


@as_root
def test_root_runs_it_as_nobody_without_touching_folders_that_are_not_its_own(own_home):
    before = mode(own_home.parent)
    open_server(own_home)
    owner = Path("/proc", str(postmaster(own_home))).stat().st_uid
    assert owner == place.load(own_home / "postgres").data.stat().st_uid != 0
    assert mode(own_home.parent) == before


@as_root
def test_a_home_that_nobody_can_enter_holds_a_pointer(own_home, monkeypatch):
    own_home.mkdir(mode=0o700)
    refuge = own_home.parent / "refuge"
    monkeypatch.setattr(place, "_REFUGE", refuge)
    open_server(own_home)
    found = place.load(own_home / "postgres")
    assert found.data.is_relative_to(refuge)
    assert mode(own_home) == 0o700
    assert open_server(own_home).run_store().runs() == []


@as_root
def test_binaries_that_nobody_can_read_are_copied(own_home, monkeypatch):
    refuge, hidden = own_home.parent / "refuge", own_home.parent / "hidden"
    hidden.mkdir(mode=0o700)
    real = binaries._wheel()
    for part in (real.name, real.name + ".libs"):
        shutil.copytree(real.with_name(part), hidden / part, ignore=shutil.ignore_patterns("include", "*.a"))
    monkeypatch.setattr(place, "_REFUGE", refuge)
    monkeypatch.setattr(binaries, "_wheel", lambda: hidden / real.name)
    EmbeddedServer(own_home).start()
    executable = Path("/proc", str(postmaster(own_home)), "exe").readlink()
    assert executable.is_relative_to(refuge)


ORDINARY = """
import os, sys
from pathlib import Path
from mbats.adapters.postgres.server import open_server
from mbats.adapters.postgres import run_store, security_master
from mbats.adapters.postgres.migrator import migrations
migrations("risk")
os.setgroups([]); os.setgid(65534); os.setuid(65534)
server = open_server(Path(sys.argv[1]))
assert server.run_store().runs() == []
"""


@as_root
def test_an_ordinary_user_runs_it_as_himself(own_home):
    own_home.mkdir()
    os.chown(own_home, 65534, 65534)
    process = spawn(own_home, ORDINARY, cwd="/", stderr=subprocess.PIPE)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint.decode()
    assert Path("/proc", str(postmaster(own_home))).stat().st_uid == 65534
    assert mode(own_home / "postgres/credentials.json") == 0o600
    assert open_server(own_home).run_store().runs() == []


def test_is_quick_when_all_is_there(postgres_home):
    open_server(postgres_home)
    begin = time.process_time()
    open_server(postgres_home)
    assert time.process_time() - begin < 0.3


def test_a_home_of_an_earlier_version_gets_what_came_since(own_home):
    server = open_server(own_home)
    embedded = EmbeddedServer(own_home)
    with connected(embedded.admin_address(), autocommit=True) as admin:
        admin.execute("DROP DATABASE optuna")
        admin.execute("DROP ROLE mbats_tuner")
    passwords = own_home / "postgres/credentials.json"
    passwords.write_text(
        json.dumps({role: word for role, word in embedded.passwords().items() if role != "mbats_tuner"})
    )
    rules = place.load(own_home / "postgres").data / "pg_hba.conf"
    rules.write_text("".join(line for line in rules.read_text().splitlines(keepends=True) if "tuner" not in line))
    with connected(embedded.admin_address(), autocommit=True) as admin:
        admin.execute("SELECT pg_reload_conf()")
    server.prepare()
    with connected(server.studies()) as tuner:
        tuner.execute("CREATE TABLE mine (id int)")
