"""What a worker of a sweep does: read the snapshot once, then judge cell after cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.objects.store import open_store
from mbats.bootstrap import wiring
from mbats.errors.base import MbatsError
from mbats.features.indicators.sharing import shared_columns
from mbats.ledger.daily import daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.pipelines.backtest import Backtest
from mbats.pipelines.market_data import read
from mbats.pipelines.sweep.cell import CellResult
from mbats.pipelines.walk_forward.warm import warmed
from mbats.secmaster.snapshot import open_snapshot
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.simulator import Allocation
from mbats.strategies.model_signal import beside
from mbats.strategies.parameters import configure_class

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from mbats.bootstrap.model_binding import ModelShelf
    from mbats.execution.costs import Costs
    from mbats.execution.fills import FillRules
    from mbats.ledger.journal import Journal
    from mbats.ledger.terms import Account
    from mbats.pipelines.sweep.cell import Cell
    from mbats.pipelines.sweep.executor import Batch
    from mbats.portfolio.sizing import Sizing
    from mbats.simulation.simulator import Simulation

    Run: TypeAlias = Callable[[Allocation], Journal]


@dataclass(frozen=True)
class CellJudge:
    """Judges batches of cells; implements `mbats.pipelines.sweep.executor.Evaluate`.

    It travels as names and settings. The market is read from the object store by the first batch at a worker, never
    from the database, and kept for all that follow.

    Attributes
    ----------
    strategy
        The class; its own code goes along where a worker could not import it.
    simulator
        ``kernel`` or ``backtrader``.
    start, end
        Bars that open in ``[start, end)``, nanoseconds UTC; None is an open end.
    warm_up
        Where the bars begin that decisions may look back at; None: at `start`. Nothing before `start` is traded.
    shelf
        Where the models lie that strategies may name.
    """

    strategy: type[Any]
    simulator: str
    symbols: tuple[str, ...]
    sizing: Sizing
    account: Account
    costs: Costs
    fills: FillRules
    object_store: str
    snapshot: str
    start: int | None
    end: int | None
    warm_up: int | None = None
    shelf: ModelShelf | None = None

    def __call__(self, batch: Batch) -> list[CellResult]:
        """Return what came of each cell; raises only what no cell could be judged with."""
        with shared_columns():
            return [self._desk.judged(cell) for cell in batch]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_desk"}

    @cached_property
    def _desk(self) -> _Desk:
        return _Desk(self)


class _Desk:
    """The market of a sweep, looked at once, and what all cells share."""

    def __init__(self, job: CellJudge) -> None:
        first = job.start if job.warm_up is None else job.warm_up
        data = read(open_snapshot(open_store(job.object_store), job.snapshot), first, job.end)
        self._known, self._shelf = data.bars, job.shelf
        self._history = {} if job.warm_up is None else data.bars
        data = data.since(job.start)
        self._share = Allocation(job.strategy, job.symbols, job.sizing)
        basis = Backtest((self._share,), ("",), data, job.account, job.costs, job.fills)
        simulation = basis.simulation()
        self._days = DayEnds.of(simulation.market, simulation.conversion, job.account, job.costs, job.fills)
        self._run = _compiled(simulation) if job.simulator == "kernel" else _interpreted(simulation)

    def judged(self, cell: Cell) -> CellResult:
        try:
            configured = configure_class(self._share.strategy, cell.parameters)
            bound = self._shelf.bound(configured.strategy) if self._shelf else configured.strategy
            placed = beside(bound, self._known.__getitem__)
            strategy = warmed(placed, self._history) if self._history else placed
            share = replace(self._share, strategy=strategy, parameters=configured.parameters)
            daily = daily_figures(self._run(share), self._days)
        except MbatsError as failure:
            return CellResult(cell, {}, np.empty(0), str(failure))
        return CellResult(cell, daily.figures, daily.returns)


def _compiled(simulation: Simulation) -> Run:
    told = simulation
    kernel = Kernel(told.market, told.account, told.conversion, told.costs, told.fills, told.financing)
    return lambda share: kernel.run([share], only_money=True)


def _interpreted(simulation: Simulation) -> Run:
    simulator = wiring.simulator("backtrader")
    return lambda share: simulator.run(replace(simulation, allocations=(share,)))
