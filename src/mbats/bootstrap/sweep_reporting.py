"""From a stored sweep back to all of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.errors.database import UnknownRun
from mbats.errors.report import NothingToReport, RunOrSweep
from mbats.errors.sweep import UnknownSweep
from mbats.pipelines.sweep.columns import columns
from mbats.reports.sweep_html import write_sweep_report

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.ledger.run import StoredRun
    from mbats.pipelines.sweep.store import StoredSweep
    from mbats.reports.sweep_cells import SweepCells
    from mbats.settings import Settings

_LATEST = "latest"


def recall_sweep(name: str, settings: Settings) -> SweepCells:
    """Return a stored sweep, finished or not, by the beginning of its id.

    Raises
    ------
    mbats.errors.sweep.UnknownSweep, AmbiguousSweep
    """
    store = wiring.sweep_store(settings)
    stored = store.find(name)
    return columns(stored, store.cells(stored.info.id))


def report_sweep(name: str, output: Path | None, settings: Settings) -> Path:
    """Write the report of a sweep and return its path, by default in the folder ``reports`` of MBATS_HOME."""
    cells = recall_sweep(name, settings)
    path = output or settings.home / "reports" / f"{str(cells.basis.id)[:8]}.html"
    write_sweep_report(cells, path)
    return path.absolute()


def is_sweep(name: str, settings: Settings) -> bool:
    """Tell whether `name` begins the id of a sweep and not that of a run.

    Raises
    ------
    RunOrSweep
        It begins both.
    NothingToReport
        It begins neither.
    mbats.errors.database.AmbiguousRun, mbats.errors.sweep.AmbiguousSweep
        It begins several of one kind.
    """
    if name == _LATEST:
        return False
    run, sweep = _run(name, settings), _sweep(name, settings)
    if run and sweep:
        raise RunOrSweep(name=name, run=run.info.id, sweep=sweep.info.id)
    if not (run or sweep):
        raise NothingToReport(name=name)
    return run is None


def _run(name: str, settings: Settings) -> StoredRun | None:
    try:
        return wiring.run_store(settings).find(name)
    except UnknownRun:
        return None


def _sweep(name: str, settings: Settings) -> StoredSweep | None:
    try:
        return wiring.sweep_store(settings).find(name)
    except UnknownSweep:
        return None
