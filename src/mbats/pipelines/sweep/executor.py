from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from mbats.pipelines.sweep.cell import Cell, CellResult

Batch: TypeAlias = Sequence[Cell]
Evaluate: TypeAlias = Callable[[Batch], Sequence[CellResult]]
"""Judges a batch of cells; it travels to each worker once (`mbats.pipelines.sweep.parcel`), keeps what it caches from
batch to batch, and carries all that a worker on another machine needs to know."""

LARGEST_BATCH = 100
"""Cells that go to a worker at a time, at most."""


def batch_size(cells: int, workers: int, share: int) -> int:
    """Return how many cells make a batch, so that each worker gets `share` of them or more where there are enough."""
    return max(1, min(cells // (workers * share), LARGEST_BATCH))


class Executor(Protocol):
    """Where batches of cells are judged: on this machine's cores or on a cluster."""

    @property
    def workers(self) -> int:
        """How many batches are judged at a time."""
        ...

    def judged(self, evaluate: Evaluate, batches: Iterable[Batch]) -> Iterator[Sequence[CellResult]]:
        """Yield the results of each batch as it is done, in any order.

        Batches are taken from `batches` only as workers come free, so that no more are in memory than are in flight. A
        batch whose worker died is judged again by another one. Closing the iterator ends the workers at once.

        Raises
        ------
        mbats.errors.executor.WorkerDied
            Three workers died of one batch.
        mbats.errors.executor.WorkerDiskFull
            A worker could not write what it needs.
        mbats.errors.MbatsError
            Whatever `evaluate` raises.
        """
        ...
