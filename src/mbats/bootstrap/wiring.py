"""Which vendor plugs in where."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.adapters.postgres.server import Server
    from mbats.evidence.register import TrialRegister
    from mbats.ledger.run import RunStore
    from mbats.market.reference.fixings import Fixings
    from mbats.pipelines.ingest import BarReader
    from mbats.pipelines.sweep.executor import Executor
    from mbats.pipelines.sweep.store import Sweeps
    from mbats.secmaster.object_store import ObjectStore
    from mbats.secmaster.repository import SecurityMaster
    from mbats.settings import Settings
    from mbats.simulation.simulator import Simulator
    from mbats.simulation.watch import Watch


def security_master(settings: Settings) -> SecurityMaster:
    """Return the securities master in PostgreSQL; an embedded server starts where none runs."""
    return _server(settings).security_master()


def run_store(settings: Settings) -> RunStore:
    """Return the risk database in PostgreSQL."""
    return _server(settings).run_store()


def trial_register(settings: Settings) -> TrialRegister:
    """Return the register of everything that was ever tried, in PostgreSQL."""
    return _server(settings).trial_register()


def sweep_store(settings: Settings) -> Sweeps:
    """Return the sweeps in the risk database, to be written and read."""
    return _server(settings).sweep_store()


def object_store(settings: Settings) -> ObjectStore:
    """Return the store of snapshots: a folder or an S3 server."""
    from mbats.adapters.objects.store import FsspecObjectStore

    return FsspecObjectStore(settings.object_store)


def bar_reader() -> BarReader:
    """Return the reader of Parquet and CSV files."""
    from mbats.adapters.files.reader import FileReader

    return FileReader()


def fixings() -> Fixings:
    """Return the ECB's reference rates that the installed package carries."""
    from mbats.adapters.ecb.fixings import load

    return load()


def simulator(features: Path | None = None, watch: Watch = unwatched) -> Simulator:
    """Return the simulator of backtests; into the folder `features` it logs prices and indicators of every bar."""
    from mbats.adapters.backtrader.simulator import BacktraderSimulator

    if features is None:
        return BacktraderSimulator(watch=watch)
    from mbats.adapters.backtrader.analyzers.feature_logger import logging_into

    return BacktraderSimulator([logging_into(features)], watch)


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


@cache
def _server(settings: Settings) -> Server:
    from mbats.adapters.postgres.server import open_server

    return open_server(settings.home, settings.database_url)
