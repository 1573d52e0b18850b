"""An executor on a Ray cluster."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from mbats.adapters.ray.cluster import Cluster
from mbats.errors.executor import InvalidWorkers, WorkerDiskFull
from mbats.pipelines.sweep.batch import MOST_DEATHS, died_of
from mbats.pipelines.sweep.parcel import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ray import ObjectRef

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate

_AHEAD = 2
"""Batches for each worker: one that it judges, one that it finds when it is done."""
_MOST_PER_CORE = 16


class RayExecutor:
    """Batches are tasks of one CPU each; Ray gives those of a dead worker or node to another one.

    Parameters
    ----------
    workers
        How many batches are judged at a time; None: one for each CPU.
    address
        Of the cluster's head, ``host:port``; None: a Ray of our own on this machine, for as long as a sweep lasts.

    Raises
    ------
    RayNotInstalled, InvalidWorkers
    """

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        cores = os.cpu_count() or 1
        if workers is not None and (workers < 1 or (address is None and workers > _MOST_PER_CORE * cores)):
            raise InvalidWorkers(count=workers, where="on this machine", most=_MOST_PER_CORE * cores)
        self._wanted = workers
        self._own = address is None
        self._cluster = Cluster(address, workers or cores)

    @cached_property
    def workers(self) -> int:
        """How many batches are judged at a time.

        Raises
        ------
        InvalidWorkers
            The cluster has fewer CPUs.
        """
        with self._cluster.joined():
            import ray

            cpus = int(ray.cluster_resources().get("CPU", 1))
        if self._wanted is not None and self._wanted > cpus:
            raise InvalidWorkers(count=self._wanted, where="on this cluster", most=cpus)
        return self._wanted or cpus

    def judged(self, evaluate: Evaluate, batches: Iterable[Batch]) -> Iterator[Sequence[CellResult]]:
        """Yield the results of each batch as it is done; the cluster is left with the iterator."""
        with self._cluster.joined():
            desk = _Desk(evaluate)
            for batch in batches:
                while len(desk.given) >= _AHEAD * self.workers:
                    yield from desk.take()
                desk.give(batch)
            while desk.given:
                yield from desk.take()


class _Desk:
    """What was given to the cluster and has not come back."""

    def __init__(self, evaluate: Evaluate) -> None:
        import ray

        from mbats.adapters.ray.worker import judge

        self._task = ray.remote(num_cpus=1, max_retries=MOST_DEATHS - 1)(judge)
        self._parcel = ray.put(pack(evaluate))
        self.given: dict[ObjectRef[Sequence[CellResult]], Batch] = {}

    def give(self, batch: Batch) -> None:
        self.given[self._task.remote([self._parcel], batch)] = batch

    def take(self) -> Iterator[Sequence[CellResult]]:
        """Wait until a batch is done, and yield all that are."""
        import ray

        ray.wait(list(self.given), num_returns=1)
        done, _ = ray.wait(list(self.given), num_returns=len(self.given), timeout=0)
        for one in done:
            yield self._result(one, self.given.pop(one))

    def _result(self, one: ObjectRef[Sequence[CellResult]], batch: Batch) -> Sequence[CellResult]:
        import ray
        from ray import exceptions

        try:
            results: Sequence[CellResult] = ray.get(one)
        except exceptions.RayTaskError as error:
            raise error.cause from error
        except exceptions.OutOfDiskError as error:
            raise WorkerDiskFull(cause=error) from error
        except exceptions.RayError as error:
            raise died_of(batch, str(error)) from error
        return results
