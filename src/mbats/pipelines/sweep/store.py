"""What is remembered of sweeps, and the ports to where it is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    import numpy as np
    from numpy.typing import NDArray

    from mbats.ledger.run import RunInfo, RunStatus
    from mbats.market.columns import IntColumn, TimeColumn
    from mbats.pipelines.sweep.cell import CellResult


@dataclass(frozen=True, slots=True)
class SweepInfo:
    """What a sweep was asked to do: enough to go on with it.

    Attributes
    ----------
    basis
        What all cells have in common, as a run; its one strategy has the parameters that are not searched. The id and
        the start of the sweep are its.
    search, space, total, seed
        ``grid``, ``random`` or ``bayesian``; the axes; how many cells; the seed of a search that draws.
    objective, constraints
        The figure that decides, and what a cell has to keep within.
    days, periods_per_year
        Ends of the trading days of all daily returns, nanoseconds UTC, shape (T,), and how many make a year.
    options
        How it was asked for on the command line, ready for JSON; empty for one begun in Python.
    """

    basis: RunInfo
    search: str
    space: Sequence[Mapping[str, Any]]
    total: int
    seed: int
    objective: str
    constraints: tuple[str, ...]
    days: TimeColumn
    periods_per_year: int
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The sweep's name."""
        return self.basis.id

    @property
    def key(self) -> str:
        """SHA-256 of everything that decides the result: two sweeps with one key are one sweep made twice."""
        basis = self.basis
        decisive = {
            **{name: getattr(basis, name) for name in ("simulator", "fills", "costs", "account", "snapshot")},
            "strategies": basis.strategies,
            "instruments": basis.instruments,
            "period": (basis.start.isoformat(), basis.end.isoformat()),
            **{name: getattr(self, name) for name in ("search", "space", "total", "seed", "objective", "constraints")},
        }
        return hashlib.sha256(json.dumps(decisive, default=str, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredSweep:
    """A sweep as the risk database remembers it.

    Attributes
    ----------
    cells
        How many are stored.
    best, run
        Number of the best cell, and the run that was made of it.
    verdict
        What is to be thought of that best cell, as plain values.
    """

    info: SweepInfo
    status: RunStatus
    cells: int = 0
    finished_at: datetime | None = None
    error: str = ""
    best: int | None = None
    run: UUID | None = None
    verdict: Mapping[str, Any] = field(default_factory=dict)


class SweepStore(Protocol):
    """The port through which a sweep is written, cell by cell."""

    def hold(self, key: str) -> AbstractContextManager[StoredSweep | None]:
        """Keep others from the sweep called `key`, and give the interrupted one to go on with, if there is one.

        A holder that dies in whatever way lets go.

        Raises
        ------
        mbats.errors.sweep.SweepBusy
            Another process makes this very sweep.
        """
        ...

    def begin(self, info: SweepInfo) -> None:
        """Record that a sweep has started."""
        ...

    def add(self, info: SweepInfo, results: Sequence[CellResult]) -> None:
        """Store cells with the trials that they are, all or none; a number that is there already is an error."""
        ...

    def finish(self, sweep: UUID, best: int, run: UUID | None, verdict: Mapping[str, Any]) -> None:
        """Mark a sweep finished, with its best cell."""
        ...

    def fail(self, sweep: UUID, error: str) -> None:
        """Mark a sweep failed, with the cause; what was stored stays."""
        ...


class SweepArchive(Protocol):
    """The port through which sweeps are read."""

    def find(self, prefix: str) -> StoredSweep:
        """Return the sweep whose id begins with `prefix` (``latest``: the newest).

        Raises
        ------
        mbats.errors.sweep.UnknownSweep, AmbiguousSweep
        """
        ...

    def sweeps(self, limit: int = 50) -> list[StoredSweep]:
        """Return the newest sweeps first; one whose holder died is shown as interrupted."""
        ...

    def cells(self, sweep: UUID) -> Iterator[CellResult]:
        """Yield the stored cells by number, without their daily returns (shape (0,))."""
        ...

    def returns(self, sweep: UUID) -> tuple[IntColumn, NDArray[np.float32]]:
        """Return numbers, shape (n,), and daily returns, shape (n, T), of the cells that were judged."""
        ...


class Sweeps(SweepStore, SweepArchive, Protocol):
    """Both ports, for those who write a sweep and read what an earlier session wrote."""
