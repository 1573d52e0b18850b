import os
import sqlite3
import subprocess
import sys
from decimal import Decimal

import pytest

from mbats.errors.exchange_store import ExchangeNotSaved, ExchangeRunsAlready, NotAnExchange
from mbats.exchange.moment import Moment
from mbats.exchange.sqlite_store import SqliteStore

STATE = {
    "exchange": {"time": Moment(5), "quotes": {"EUR_USD": {"bid": Decimal("1.10000")}}},
    "accounts": {
        "A": {"book": {"balance": Decimal("10.0000")}, "orders": {"4": {"state": "PENDING"}}, "trades": {}},
        "B": {"book": {"balance": Decimal("0.0000")}, "orders": {}, "trades": {}},
    },
}


def record(number):
    return {"id": str(number), "type": "ORDER_FILL", "pl": Decimal("0.1000"), "time": Moment(number)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "exchange" / "exchange.sqlite"


def reopened(path, store):
    store.close()
    return SqliteStore(path)


def test_a_new_store_knows_nothing(path):
    assert SqliteStore(path).load() is None


def test_what_was_saved_comes_back(path):
    store = SqliteStore(path)
    store.save(STATE, [("A", record(1)), ("B", record(1)), ("A", record(2))], {"time": 5})
    saved = reopened(path, store).load()
    assert saved.exchange == STATE
    assert saved.transactions == {"A": [record(1), record(2)], "B": [record(1)]}
    assert saved.venue == {"time": 5}


def test_a_later_save_changes_what_it_names_and_keeps_the_rest(path):
    store = SqliteStore(path)
    store.save(STATE, [("A", record(1))], {"time": 5})
    new = {"book": {"balance": Decimal("11.0000")}, "orders": {"6": {"state": "FILLED"}}, "trades": {"7": {"units": 1}}}
    store.save({"exchange": {"time": Moment(6)}, "accounts": {"A": new}}, [("A", record(2))], {"time": 6})
    saved = reopened(path, store).load()
    assert saved.exchange["exchange"] == {"time": Moment(6)}
    assert saved.exchange["accounts"]["A"]["orders"] == {"4": {"state": "PENDING"}, "6": {"state": "FILLED"}}
    assert saved.exchange["accounts"]["A"]["book"] == new["book"]
    assert saved.exchange["accounts"]["B"] == STATE["accounts"]["B"]
    assert [item["id"] for item in saved.transactions["A"]] == ["1", "2"]


def test_a_touch_moves_the_venue_alone(path):
    store = SqliteStore(path)
    store.save(STATE, [], {"time": 5})
    store.touch({"time": 9})
    saved = reopened(path, store).load()
    assert saved.venue == {"time": 9}
    assert saved.exchange == STATE


def test_a_save_is_all_or_nothing(path):
    store = SqliteStore(path)
    store.save(STATE, [("A", record(1))], {"time": 5})
    with pytest.raises(sqlite3.IntegrityError, match="consecutive"):
        store.save({"exchange": {"time": Moment(7)}, "accounts": {}}, [("A", record(2)), ("A", record(4))], {"time": 7})
    saved = reopened(path, store).load()
    assert saved.exchange == STATE
    assert len(saved.transactions["A"]) == 1


def test_after_a_save_that_failed_nothing_is_saved_any_more(path):
    store = SqliteStore(path)
    store.save(STATE, [("A", record(1))], {"time": 5})
    with pytest.raises(sqlite3.IntegrityError):
        store.save(STATE, [("A", record(3))], {"time": 6})
    with pytest.raises(sqlite3.ProgrammingError):
        store.save(STATE, [("A", record(2))], {"time": 7})
    with pytest.raises(ExchangeNotSaved, match="has stopped"):
        store.touch({"time": 8})


@pytest.mark.parametrize("statement", ["UPDATE transactions SET body = '{}'", "DELETE FROM transactions"])
def test_transactions_are_written_once(path, statement):
    store = SqliteStore(path)
    store.save(STATE, [("A", record(1))], {"time": 5})
    store.close()
    with pytest.raises(sqlite3.IntegrityError, match="transactions are never"):
        sqlite3.connect(path).execute(statement)


def test_only_its_owner_reads_the_file(path):
    store = SqliteStore(path)
    store.save(STATE, [], {"time": 5})
    assert {file.stat().st_mode & 0o077 for file in (path.parent, *path.parent.iterdir())} == {0}


def test_a_second_process_is_refused_and_a_dead_one_is_no_hindrance(path):
    holder = "import sys, pathlib, os; from mbats.exchange.sqlite_store import SqliteStore\n"
    code = holder + "store = SqliteStore(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(ExchangeRunsAlready, match="Another process"):
            SqliteStore(path)
        os.kill(other.pid, 9)
        other.wait()
    assert SqliteStore(path).load() is None


@pytest.mark.parametrize("content", [b"no database at all, " * 100, None])
def test_a_file_that_is_something_else_is_left_alone(path, content):
    path.parent.mkdir()
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA user_version = 99")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(NotAnExchange):
        SqliteStore(path)
    if content:
        assert path.read_bytes() == before
