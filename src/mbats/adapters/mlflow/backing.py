"""What MLflow stands on: a database of ours, or a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlflow import MlflowClient
from sqlalchemy import URL, create_engine, make_url, text

from mbats import private_file
from mbats.adapters.mlflow.faults import in_our_words

if TYPE_CHECKING:
    from pathlib import Path

_LOCK = text("SELECT pg_advisory_lock(hashtextextended('mbats models', 0))")


@dataclass(frozen=True, slots=True)
class Backing:
    """Where MLflow keeps what it tracks.

    Attributes
    ----------
    uri
        As MLflow is told; no password is in it.
    artifacts
        URL under which new experiments keep their files; None: where the server keeps them.
    shown
        As people are told.
    """

    uri: str
    artifacts: str | None
    shown: str

    def client(self) -> MlflowClient:
        """Return MLflow's own client."""
        with in_our_words(self.shown):
            return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)


def in_database(url: str, folder: Path, artifacts: str) -> Backing:
    """Return a backing in PostgreSQL; of two that come first, one makes the tables.

    Parameters
    ----------
    url
        ``postgresql://...``, password included: it goes to a file in `folder` that its owner alone can read, where the
        driver looks for it, and stays out of all names.

    Raises
    ------
    mbats.errors.training.TrackingUnreachable
    """
    full = make_url(url)
    query = {**full.query, "passfile": str(_password_file(folder, full))}
    bare = URL.create("postgresql+psycopg", full.username, None, full.host, full.port, full.database, query)
    host = full.query.get("host", full.host)
    backing = Backing(bare.render_as_string(), artifacts, f"{full.database} on {host} as {full.username}")
    with in_our_words(backing.shown):
        _prepare(backing)
    return backing


def on_server(url: str, artifacts: str | None) -> Backing:
    """Return a backing behind an MLflow server; login and password are in the environment, where MLflow looks."""
    return Backing(url, artifacts, url)


def _prepare(backing: Backing) -> None:
    """Make MLflow's tables where there are none, and its default experiment where it leaves no files behind."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    engine = create_engine(backing.uri)
    with engine.connect() as connection:
        if not connection.execute(text("SELECT to_regclass('alembic_version')")).scalar():
            connection.execute(_LOCK)
            SqlAlchemyStore(backing.uri, backing.artifacts)
    engine.dispose()


def _password_file(folder: Path, url: URL) -> Path:
    """Write the password where libpq reads it, whole or not at all; it says whose it is by the role alone."""
    file = folder / "mlflow.pgpass"
    escaped = str(url.password or "").replace("\\", "\\\\").replace(":", "\\:")
    content = f"*:*:*:{url.username}:{escaped}\n"
    if not file.exists() or file.read_text() != content:
        private_file.write(file, content)
    return file
