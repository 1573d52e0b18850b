"""Verdicts on models, moves of their aliases, and drift, in the risk database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from zlib import crc32

from mbats.adapters.postgres import drift_rows, model_rows
from mbats.errors.promotion import PromotionBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mbats.adapters.postgres.database import Database
    from mbats.models.registry import Alias
    from mbats.models.version import Version
    from mbats.pipelines.drift.report import DriftReport
    from mbats.pipelines.promotion.move import Move
    from mbats.pipelines.promotion.verdict import Verdict

_LOCK_CLASS = 1_835_164_024
_LOCK = "SELECT pg_try_advisory_lock(%s, %s)"


class PostgresModelStore:
    """Implements `PromotionStore` and `DriftStore` of `mbats.pipelines`.

    A held model keeps a connection of its own, whose session has the model's advisory lock; the server frees it when
    the process dies in whatever way.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, model: str) -> Iterator[None]:
        """Be the only one who judges and moves versions of a model."""
        with self._database.in_our_words():
            holder = self._database.connect()
        try:
            with self._database.in_our_words():
                # Outside a transaction: a lock held for minutes must not hold back vacuum.
                holder.autocommit = True
                # The lock's second half is a signed 32-bit number.
                row = holder.execute(_LOCK, (_LOCK_CLASS, crc32(model.encode()) - 2**31)).fetchone()
            if row is None or not row[0]:
                raise PromotionBusy(name=model)
            yield
        finally:
            holder.close()

    def note(self, version: Version, at: datetime) -> None:
        """Note the facts of a version for dashboards; those noted before stay."""
        with self._database.transaction() as connection:
            model_rows.note(connection, version, at)

    def keep(self, verdict: Verdict) -> None:
        """Store a verdict with every gate's figure."""
        with self._database.transaction() as connection:
            model_rows.keep(connection, verdict)

    def verdicts(self, model: str) -> list[Verdict]:
        """Return all verdicts on a model, newest first."""
        with self._database.snapshot() as connection:
            return model_rows.verdicts(connection, model)

    def journal(self, move: Move) -> None:
        """Note a move that is about to be made."""
        with self._database.transaction() as connection:
            model_rows.journal(connection, move)

    def moves(self, model: str, alias: Alias) -> list[Move]:
        """Return the moves of an alias, oldest first."""
        with self._database.transaction() as connection:
            return model_rows.moves(connection, model, alias)

    def keep_report(self, report: DriftReport) -> None:
        """Store a drift report with every feature's figures."""
        with self._database.transaction() as connection:
            drift_rows.keep(connection, report)

    def reports_of(self, model: str) -> list[DriftReport]:
        """Return all drift reports on a model, newest first."""
        with self._database.snapshot() as connection:
            return drift_rows.reports(connection, model)
