"""The exchange's memory in one SQLite file: what was committed is there after a kill -9."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange_store import ExchangeNotSaved, ExchangeRunsAlready, NotAnExchange
from mbats.exchange.store import Saved
from mbats.exchange.stored_values import read, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_VERSION = 1
_PUT = "INSERT INTO {} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"


class SqliteStore:
    """One exchange in one file, readable by its owner alone; a second process that opens it is refused.

    A save is one SQLite transaction in the write-ahead log, written before `save` returns. It survives the death of the
    process at any moment; the log is not flushed to the disk each time, so the last saves may not survive the death of
    the machine (`synchronous = NORMAL`).

    Raises
    ------
    mbats.errors.exchange_store.ExchangeRunsAlready, mbats.errors.exchange_store.NotAnExchange
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failure: sqlite3.Error | None = None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
        try:
            self._open()
        except sqlite3.OperationalError as error:
            self._database.close()
            raise ExchangeRunsAlready(path=path, why=error) from None
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise NotAnExchange(path=path, why=error) from None

    def load(self) -> Saved | None:
        """Return what was saved last; None in a new home."""
        state = {name: read(value) for name, value in self._rows("SELECT name, value FROM state")}
        if "exchange" not in state:
            return None
        accounts: dict[str, dict[str, Any]] = {
            account: {"book": read(body), "orders": {}, "trades": {}}
            for account, body in self._rows("SELECT account, body FROM books")
        }
        for table in ("orders", "trades"):
            for account, id_, body in self._rows(f"SELECT account, id, body FROM {table} ORDER BY id"):  # noqa: S608 # two literals
                accounts[account][table][str(id_)] = read(body)
        transactions: dict[str, list[dict[str, Any]]] = {account: [] for account in accounts}
        for account, body in self._rows("SELECT account, body FROM transactions ORDER BY account, id"):
            transactions[account].append(read(body))
        return Saved({"exchange": state["exchange"], "accounts": accounts}, transactions, state["venue"])

    def save(
        self,
        exchange: Mapping[str, Any],
        transactions: Sequence[tuple[str, Mapping[str, Any]]],
        venue: Mapping[str, Any],
    ) -> None:
        """Keep the state and the `transactions` new since the last save, all or nothing, before it returns.

        Parameters
        ----------
        exchange
            As `Exchange.snapshot` or `Exchange.delta` gives it: of orders and trades, those that changed are enough.
        """
        try:
            with self._database as database:
                database.execute("BEGIN IMMEDIATE")
                self._put_state(exchange=exchange["exchange"], venue=venue)
                for account, rows in exchange["accounts"].items():
                    self._put_account(account, rows)
                new = [(account, int(record["id"]), written(record)) for account, record in transactions]
                database.executemany("INSERT INTO transactions VALUES (?, ?, ?)", new)
        except sqlite3.Error as error:
            # The engine is ahead of the file from here on, so nothing may be saved, nor told, any more.
            self._failure = error
            self.close()
            raise

    def touch(self, venue: Mapping[str, Any]) -> None:
        """Keep how far the venue's time has come since the last save, while nothing else has changed.

        Raises
        ------
        mbats.errors.exchange_store.ExchangeNotSaved
            A save has failed before: the exchange must stop.
        """
        if self._failure:
            raise ExchangeNotSaved(path=self._path, why=self._failure)
        self._put_state(venue=venue)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _open(self) -> None:
        # Exclusive: the lock is taken with the first transaction and held for as long as the process lives.
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("COMMIT")
        ((version,),) = self._rows("PRAGMA user_version")
        if version == 0:
            self._database.executescript(f"BEGIN; {files('mbats.exchange').joinpath('schema.sql').read_text()} COMMIT;")
        elif version != _VERSION:
            raise NotAnExchange(path=self._path, why=f"its format is {version}, and this MBATS writes {_VERSION}")

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self._database.execute(query)) as cursor:
            return cursor.fetchall()

    def _put_state(self, **values: Any) -> None:
        rows = [(name, written(value)) for name, value in values.items()]
        put = "INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        self._database.executemany(put, rows)

    def _put_account(self, account: str, rows: Mapping[str, Any]) -> None:
        put = "INSERT INTO books VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
        self._database.execute(put, (account, written(rows["book"])))
        for table in ("orders", "trades"):
            changed = [(account, int(id_), written(row)) for id_, row in rows[table].items()]
            self._database.executemany(_PUT.format(table), changed)
