"""What one server has gathered, brought into another, database by database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg import IsolationLevel

from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.merging import Merge
from mbats.adapters.postgres.moved_tables import MLFLOW, OPTUNA, RISK, SECMASTER
from mbats.adapters.postgres.roles import MODELLER, MODELS, OWNER, STUDIES, TUNER

if TYPE_CHECKING:
    from mbats.adapters.postgres.database import Backend
    from mbats.pipelines.moving import Moved

_DATABASES = (
    ("secmaster", OWNER, SECMASTER),
    (MODELS, MODELLER, MLFLOW),
    ("risk", OWNER, RISK),
    (STUDIES, TUNER, OPTUNA),
)
_FILES = ("artifact_location", "artifact_uri", "source", "storage_location")
_VERSIONS = "SELECT name, version, run_id FROM model_versions"
_OPEN = """
SELECT 'session ' || name FROM risk.session WHERE NOT over
UNION ALL SELECT 'run ' || left(run::text, 8) FROM report.runs WHERE status = 'running'
UNION ALL SELECT 'sweep ' || left(sweep::text, 8) FROM report.sweeps WHERE status = 'running'
"""


class MoveIn:
    """Brings rows from one prepared server to another; each database is one transaction, and a repetition adds nothing.

    Parameters
    ----------
    files
        Beginning of the addresses of MLflow's files there, and what it becomes here.
    """

    def __init__(self, source: Backend, target: Backend, files: tuple[str, str]) -> None:
        self._source, self._target, self._files = source, target, files

    def unfinished(self) -> list[str]:
        """Return what stays behind because it goes on: sessions, runs and sweeps."""
        with connected(self._source.address("risk", OWNER)) as connection:
            return [name for (name,) in connection.execute(_OPEN)]

    def clashing(self) -> list[str]:
        """Return names of models that are here with other versions under the same numbers: they stay behind."""
        there, here = self._versions(self._source), self._versions(self._target)
        return sorted({name for (name, number), run in there.items() if here.get((name, number), run) != run})

    def run(self) -> list[Moved]:
        """Bring everything else; return what became of each table's rows."""
        values = {"unmoved": self.clashing()}
        moved: list[Moved] = []
        for database, role, tables in _DATABASES:
            with (
                connected(self._source.address(database, role)) as source,
                connected(self._target.address(database, role)) as target,
            ):
                source.isolation_level = IsolationLevel.REPEATABLE_READ
                found = Merge(source, target, values, dict.fromkeys(_FILES, self._files)).run(tables)
                moved += [replace(one, what=one.what.replace("public.", f"{database}.")) for one in found]
        return moved

    @staticmethod
    def _versions(backend: Backend) -> dict[tuple[str, int], str]:
        with connected(backend.address(MODELS, MODELLER)) as connection:
            [(known,)] = connection.execute("SELECT to_regclass('model_versions') IS NOT NULL")
            return {(name, number): run for name, number, run in connection.execute(_VERSIONS)} if known else {}
