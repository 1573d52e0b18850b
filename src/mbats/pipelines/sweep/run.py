from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from mbats.errors.database import DatabaseDiskFull
from mbats.errors.sweep import ObjectiveUndefined, SweepOutOfRoom
from mbats.pipelines.sweep.executor import batch_size
from mbats.pipelines.sweep.ranking import Ranking
from mbats.pipelines.sweep.swept import Swept
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.conclusion import Conclusion
    from mbats.pipelines.sweep.executor import Batch, Evaluate, Executor
    from mbats.pipelines.sweep.objective import Objective
    from mbats.pipelines.sweep.search import Search
    from mbats.pipelines.sweep.store import StoredSweep, SweepArchive, SweepInfo, Sweeps, SweepStore
    from mbats.simulation.watch import Watch

_RECALLED_AT_ONCE = 1_000
_BATCHES_A_WORKER = 8


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a user asks of a sweep.

    Attributes
    ----------
    searching
        Gives the search of the sweep that is made: an older one goes on where it was interrupted.
    evaluate
        Judges batches of its cells.
    conclude
        Draws the conclusion, once all cells are stored.
    """

    info: SweepInfo
    objective: Objective
    searching: Callable[[SweepInfo], Search]
    evaluate: Evaluate
    conclude: Callable[[Swept], Conclusion]


def run_sweep(sweep: Sweep, executor: Executor, store: Sweeps, watch: Watch = unwatched) -> tuple[Swept, Conclusion]:
    """Judge and store every cell, then draw the conclusion; an identical sweep that was interrupted is gone on with.

    Cells are stored as they come, a batch a transaction, so whatever ends this process costs only what was in flight.
    No more is kept in memory than that and the best cells.

    Raises
    ------
    ObjectiveUndefined
        No cell can be ranked; the sweep is stored as failed.
    SweepOutOfRoom
        The database's disk is full; what is stored stays, and can be gone on with.
    mbats.errors.sweep.SweepBusy
    """
    with store.hold(sweep.info.key) as interrupted:
        info = _gone_on_with(sweep.info, interrupted) if interrupted else sweep.info
        if not interrupted:
            store.begin(info)
        search, ranking = sweep.searching(info), Ranking(sweep.objective)
        _recall(info, search, ranking, store)
        swept = Swept(info, ranking, ranking.judged)
        with watch("Judging cells", search.total) as advance:
            advance(ranking.judged)
            batches = _batches(search, info, executor.workers)
            for results in executor.judged(sweep.evaluate, batches):
                _keep(store, info, results, ranking.judged)
                search.tell(results)
                ranking.take(results)
                advance(len(results))
        if not ranking.best:
            raise _undefined(info, ranking, store)
        conclusion = sweep.conclude(swept)
        best, run = ranking.best[0].cell.number, conclusion.run.result.info.id
        store.finish(info.id, best, run, conclusion.verdict)
    return swept, conclusion


def _gone_on_with(asked: SweepInfo, interrupted: StoredSweep) -> SweepInfo:
    """Return what is asked for now under the old name: the very values, not their copies out of a database."""
    old = interrupted.info.basis
    return replace(asked, basis=replace(asked.basis, id=old.id, started_at=old.started_at))


def _recall(info: SweepInfo, search: Search, ranking: Ranking, archive: SweepArchive) -> None:
    """Tell search and ranking of the cells that are stored."""
    stored = archive.cells(info.id)
    while known := list(islice(stored, _RECALLED_AT_ONCE)):
        search.tell(known)
        ranking.take(known)


def _keep(store: SweepStore, info: SweepInfo, results: Sequence[CellResult], before: int) -> None:
    try:
        store.add(info, results)
    except DatabaseDiskFull as full:
        raise SweepOutOfRoom(address=full.facts["address"], cause=full.facts["cause"], cells=before) from full


def _batches(search: Search, info: SweepInfo, workers: int) -> Iterator[Batch]:
    """Yield batches that occupy all workers to the end: single cells where results guide the search."""
    size = 1 if info.search == "bayesian" else batch_size(search.total, workers, _BATCHES_A_WORKER)
    while batch := search.ask(size):
        yield batch


def _undefined(info: SweepInfo, ranking: Ranking, store: SweepStore) -> ObjectiveUndefined:
    broken = f", {ranking.failed:,} failed; the first said: {ranking.trouble}" if ranking.failed else ""
    why = f"in {ranking.unranked:,} it is undefined or a constraint is broken{broken}"
    error = ObjectiveUndefined(
        cells=ranking.judged, sweep=str(info.id)[:8], objective=info.objective, why=why.rstrip(".")
    )
    store.fail(info.id, str(error))
    return error
