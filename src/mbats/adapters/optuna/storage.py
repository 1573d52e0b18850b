"""Where studies are kept: in PostgreSQL, in a database of their own."""

from __future__ import annotations

import warnings
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

import optuna
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from mbats.errors.database import DatabaseUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

HEARTBEAT = 30
"""Seconds between two signs of life of a trial; after three times as many without one it counts as dead."""
_LOCK = text("SELECT pg_advisory_lock(hashtextextended('mbats studies', 0))")


class Storage:
    """Optuna's tables, made where there are none.

    Parameters
    ----------
    url
        ``postgresql://...``, password included: it is handed to the driver by itself and stays out of all names.

    Raises
    ------
    mbats.errors.database.DatabaseUnreachable
    """

    def __init__(self, url: str) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._address = make_url(url)
        with self.in_our_words():
            self.rdb = self._opened()
        weakref.finalize(self, self.rdb.engine.dispose)

    def study(self, name: str) -> optuna.Study:
        """Return a study, to be maximised; trials whose heart stopped, in any study, are failed and queued again."""
        with _quiet():
            for known in optuna.get_all_study_names(self.rdb):
                fail_stale_trials(optuna.load_study(study_name=known, storage=self.rdb))
        return optuna.create_study(study_name=name, storage=self.rdb, direction="maximize", load_if_exists=True)

    @contextmanager
    def in_our_words(self) -> Iterator[None]:
        """Turn errors of the database into one that says what to do."""
        try:
            with _quiet():
                yield
        except (StorageInternalError, SQLAlchemyError) as error:
            cause = " ".join(str(error.__cause__ or error).split())
            raise DatabaseUnreachable(address=self, cause=cause) from error

    def __str__(self) -> str:
        host = self._address.query.get("host", self._address.host)
        return f"{self._address.database} on {host} as {self._address.username}"

    def _opened(self) -> RDBStorage:
        """Open the storage; of two that come first, one makes the tables."""
        full = self._address
        bare = URL.create("postgresql+psycopg", full.username, None, full.host, full.port, full.database, full.query)
        password = {"connect_args": {"password": full.password}}
        engine = create_engine(bare, **password)
        with engine.connect() as connection:
            connection.execute(_LOCK)
            storage = RDBStorage(
                bare.render_as_string(),
                engine_kwargs=password,
                heartbeat_interval=HEARTBEAT,
                grace_period=3 * HEARTBEAT,
                heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
            )
        engine.dispose()
        return storage


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        # It is meant for who has no heart; ours is `Pulse`.
        warnings.filterwarnings("ignore", "Heartbeat of storage is supposed to be used with Study.optimize")
        yield
