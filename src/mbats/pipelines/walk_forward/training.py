"""Choosing parameters on every training window, all windows through the same workers."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mbats.pipelines.sweep.cell import Cell
from mbats.pipelines.sweep.executor import batch_size
from mbats.pipelines.sweep.ranking import Ranking
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate, Executor
    from mbats.pipelines.sweep.objective import Objective
    from mbats.pipelines.sweep.search import Search
    from mbats.simulation.watch import Watch

_BATCHES_A_WORKER = 4


@dataclass(frozen=True, slots=True)
class Training:
    """How parameters are chosen.

    Attributes
    ----------
    searching
        Gives the search, anew for every window; what it asks for may not depend on results.
    judges
        One a window, in order: what judges cells on it and nothing else.
    """

    searching: Callable[[], Search]
    judges: tuple[Evaluate, ...]
    objective: Objective


def rankings(
    training: Training, executor: Executor, note: Callable[[int, Sequence[CellResult]], None], watch: Watch = unwatched
) -> tuple[Ranking, ...]:
    """Judge every cell on every window and return how they rank, one ranking a window.

    Parameters
    ----------
    note
        Is told the number of a window, from 0, and some of its results, as they come.
    """
    stride = training.searching().total
    ranked = tuple(Ranking(training.objective) for _ in training.judges)
    judge = WindowJudge(training.judges, stride)
    with watch("Training", stride * len(ranked)) as advance:
        for results in executor.judged(judge, _batches(training, stride, executor.workers)):
            window = results[0].cell.number // stride
            own = [_renumbered(result, -window * stride) for result in results]
            note(window, own)
            ranked[window].take(own)
            advance(len(own))
    return ranked


class WindowJudge:
    """Judges cells of many windows; a cell's number says which: window times stride, plus its number there.

    It keeps what one window needs at a time: batches come window by window.
    """

    def __init__(self, judges: Sequence[Evaluate], stride: int) -> None:
        self._judges, self._stride = tuple(judges), stride
        self._latest: tuple[int, Any] = (-1, None)

    def __getstate__(self) -> Mapping[str, Any]:
        return {"_judges": self._judges, "_stride": self._stride, "_latest": (-1, None)}

    def __call__(self, batch: Batch) -> Sequence[CellResult]:
        """Return what came of each cell of a batch, all of one window."""
        window = batch[0].number // self._stride
        if self._latest[0] != window:
            # A copy, so that what the judge has read is forgotten with it.
            self._latest = window, copy(self._judges[window])
        shift = window * self._stride
        results = self._latest[1]([replace(cell, number=cell.number - shift) for cell in batch])
        return [_renumbered(result, shift) for result in results]


def _batches(training: Training, stride: int, workers: int) -> Iterator[Batch]:
    size = batch_size(stride, workers, _BATCHES_A_WORKER)
    for window in range(len(training.judges)):
        search = training.searching()
        while cells := search.ask(size):
            yield [Cell(window * stride + cell.number, cell.parameters) for cell in cells]


def _renumbered(result: CellResult, shift: int) -> CellResult:
    return replace(result, cell=replace(result.cell, number=result.cell.number + shift))
