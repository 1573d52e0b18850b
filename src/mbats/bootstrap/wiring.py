"""Which vendor plugs in where."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from mbats.bootstrap.simulators import ChosenSimulator
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.adapters.postgres.model_store import PostgresModelStore
    from mbats.adapters.postgres.server import Server
    from mbats.evidence.register import TrialRegister
    from mbats.ledger.run import RunStore
    from mbats.live.alerts import Alerts
    from mbats.live.beacon import Beacon
    from mbats.live.store import Sessions
    from mbats.market.reference.fixings import Fixings
    from mbats.pipelines.ingest import BarReader
    from mbats.pipelines.sweep.executor import Executor
    from mbats.pipelines.sweep.objective import Objective
    from mbats.pipelines.sweep.search import Search
    from mbats.pipelines.sweep.space import Space
    from mbats.pipelines.sweep.store import SweepInfo, Sweeps
    from mbats.secmaster.object_store import ObjectStore
    from mbats.secmaster.repository import SecurityMaster
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch


def security_master(settings: Settings) -> SecurityMaster:
    """Return the securities master in PostgreSQL; an embedded server starts where none runs."""
    return server(settings).security_master()


def run_store(settings: Settings) -> RunStore:
    """Return the risk database in PostgreSQL."""
    return server(settings).run_store()


def trial_register(settings: Settings) -> TrialRegister:
    """Return the register of everything that was ever tried, in PostgreSQL."""
    return server(settings).trial_register()


def sweep_store(settings: Settings) -> Sweeps:
    """Return the sweeps in the risk database, to be written and read."""
    return server(settings).sweep_store()


def model_store(settings: Settings) -> PostgresModelStore:
    """Return verdicts on models, moves of their aliases and drift, in the risk database."""
    return server(settings).model_store()


def session_store(settings: Settings) -> Sessions:
    """Return the live sessions in the risk database."""
    return server(settings).session_store()


def object_store(settings: Settings) -> ObjectStore:
    """Return the store of snapshots: a folder or an S3 server."""
    from mbats.adapters.objects.store import open_store

    return open_store(settings.object_store)


def bar_reader() -> BarReader:
    """Return the reader of Parquet and CSV files."""
    from mbats.adapters.files.reader import FileReader

    return FileReader()


def alerts(settings: Settings) -> Alerts:
    """Return whom to tell what happens in live trading; nobody where no service is configured.

    Raises
    ------
    mbats.errors.settings.SecretFileOpen, mbats.errors.settings.SecretFileUnreadable, mbats.errors.alerts.NoSuchService
    """
    from mbats.bootstrap.secret_file import secret
    from mbats.live.alerts import Silent

    file = settings.alerts_file
    urls = [
        *settings.alerts,
        *(secret(file, "the alert services' passwords", "MBATS_ALERTS_FILE").split() if file else ()),
    ]
    if not urls:
        return Silent()
    from mbats.adapters.apprise.alerts import AppriseAlerts

    return AppriseAlerts(urls)


def beacon(settings: Settings) -> Beacon:
    """Return where sessions and their watchdog tell each other that they live."""
    from mbats.adapters.files.beacon import FolderBeacon
    from mbats.clock import SystemClock

    return FolderBeacon(settings.home / "live", SystemClock())


def fixings() -> Fixings:
    """Return the ECB's reference rates that the installed package carries."""
    from mbats.adapters.ecb.fixings import load

    return load()


def simulator(
    choice: str | None = None, features: Path | None = None, watch: Watch = unwatched, *, begins: int = 0
) -> ChosenSimulator:
    """Return the simulator of backtests: ``kernel``, ``backtrader``, or the compiled one wherever it can (None).

    Into the folder `features` Backtrader logs prices and indicators of every bar; before `begins` (nanoseconds UTC) it
    turns orders away.
    """
    return ChosenSimulator(choice, features, watch, begins=begins)


def executor(kind: str = "local", workers: int | None = None, address: str | None = None) -> Executor:
    """Return where the cells of a sweep are judged: this machine's cores (``local``) or a Ray cluster (``ray``).

    Parameters
    ----------
    workers
        How many; None: as many as there are cores.
    address
        Of Ray's head, ``host:port``; None: ``RAY_ADDRESS``, else a Ray of our own on this machine.

    Raises
    ------
    mbats.errors.executor.InvalidWorkers, RayNotInstalled, InvalidRayAddress
    """
    if kind == "ray":
        from mbats.adapters.ray.executor import RayExecutor

        return RayExecutor(workers, address or os.environ.get("RAY_ADDRESS") or None)
    from mbats.adapters.local.executor import LocalExecutor

    return LocalExecutor(workers)


def bayesian_search(settings: Settings, sweep: SweepInfo, space: Space, objective: Objective) -> Search:
    """Return a search by Optuna; its study is in PostgreSQL under the sweep's id, so a resumed sweep goes on with it.

    Only one process may have the sweep in hand.
    """
    from mbats.adapters.optuna.search import BayesianSearch
    from mbats.adapters.optuna.storage import Storage

    storage = Storage(server(settings).studies().url)
    return BayesianSearch(space, objective, count=sweep.total, seed=sweep.seed, storage=storage, study=str(sweep.id))


def make_studies(settings: Settings) -> None:
    """Make the tables of Bayesian searches' studies where there are none."""
    from mbats.adapters.optuna.storage import Storage

    Storage(server(settings).studies().url)


@cache
def server(settings: Settings) -> Server:
    """Return the PostgreSQL server of these settings, prepared once a process."""
    from mbats.adapters.postgres.server import open_server

    return open_server(settings.home, settings.database_url)
