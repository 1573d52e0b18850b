from __future__ import annotations

from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import usual_size
from mbats.bootstrap.model_binding import pinned_axes, pinned_values, with_model
from mbats.bootstrap.provenance import author, code_commit
from mbats.bootstrap.sweep_options import Placement, SearchOptions
from mbats.bootstrap.sweep_reporting import recall_sweep
from mbats.bootstrap.sweeping import SweepJob, make_sweep, simulator_for
from mbats.errors.simulation import NotASimulatedStrategy
from mbats.execution.fills import FillRules
from mbats.face import frames
from mbats.face.backtest import charged
from mbats.face.moments import words
from mbats.face.run import Run
from mbats.ledger.terms import Account
from mbats.market.reference.notice import NOTICE
from mbats.pipelines.backtest import Backtest
from mbats.pipelines.model_use import refuse_models
from mbats.pipelines.sweep.axis_text import axis_of
from mbats.pipelines.sweep.grid import LIMIT
from mbats.pipelines.sweep.space import Space
from mbats.secmaster.moments import span
from mbats.settings import Settings
from mbats.simulation.simulator import Allocation
from mbats.strategies.discovery import kind_of
from mbats.strategies.parameters import configure_class
from mbats.strategies.source import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.bootstrap.sweeping import SweepResult
    from mbats.evidence.deflation import Deflation
    from mbats.execution.costs import Costs
    from mbats.face.data import Data
    from mbats.face.moments import Moment
    from mbats.portfolio.sizing import Sizing
    from mbats.reports.sweep_cells import SweepCells

_ALWAYS = ("sharpe", "net_profit", "max_drawdown", "trades")


class Sweep:
    """A finished sweep, as a notebook wants it."""

    def __init__(self, result: SweepResult) -> None:
        self.info = result.swept.info
        self.best = Run(result.conclusion.run)
        self.verdict = result.conclusion.sentence
        self._result = result

    @property
    def id(self) -> str:
        """The sweep's id in the risk database."""
        return str(self.info.id)

    @property
    def deflation(self) -> Deflation:
        """What is left of the best cell's Sharpe ratio, in figures."""
        return self._result.conclusion.deflation

    @property
    def best_parameters(self) -> dict[str, Any]:
        """Parameters of the best cell, which `best` is the full run of."""
        return dict(self._result.swept.ranking.best[0].cell.parameters)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell, by number: the parameters that were searched, all figures, and why one failed."""
        stored = wiring.sweep_store(Settings.from_environment()).cells(self.info.id)
        searched = [str(axis["name"]) for axis in self.info.space]
        rows = [
            {
                "number": result.cell.number,
                **{name: result.cell.parameters[name] for name in searched},
                **result.figures,
                "error": result.error,
            }
            for result in stored
        ]
        return pd.DataFrame(rows).set_index("number")

    @cached_property
    def returns(self) -> pd.DataFrame:
        """Daily returns of every cell that was judged: a row a trading day, a column a cell."""
        numbers, matrix = wiring.sweep_store(Settings.from_environment()).returns(self.info.id)
        return pd.DataFrame(matrix.T, index=frames.utc(self.info.days).rename("time"), columns=numbers)

    def report(self, path: str | Path) -> Path:
        """Write the sweep's report, one HTML file that works offline, and return its path."""
        from mbats.reports.sweep_html import write_sweep_report

        target = Path(path)
        write_sweep_report(self._columns, target)
        return target

    def heat_map(self, across: str, up: str, figure: str | None = None) -> Any:
        """Return a heat map over two parameters; each field is the best of the cells that share its two values.

        Parameters
        ----------
        figure
            What is shown of that cell, by default the objective.

        Raises
        ------
        mbats.errors.report.NotInSweep
        """
        from mbats.reports.sweep_figure import heat_map

        return heat_map(self._columns, across, up, figure or self.info.objective)

    @cached_property
    def _columns(self) -> SweepCells:
        return recall_sweep(self.id, Settings.from_environment())

    def __repr__(self) -> str:
        name = self.info.basis.strategies[0]["name"]
        return f"<Sweep {self.id[:8]} of {name}, {self._result.swept.ranking.judged:,} cells: {self.verdict}>"

    def _repr_html_(self) -> str:
        notice = f"<p>{escape(NOTICE)}</p>" if self.info.basis.synthetic else ""
        searched = [str(axis["name"]) for axis in self.info.space]
        best = [result.cell.number for result in self._result.swept.ranking.best]
        shown = self.cells.loc[best, list(dict.fromkeys([*searched, self.info.objective, *_ALWAYS]))]
        return f"{shown.to_html()}<p><b>{escape(self.verdict)}</b></p>{notice}"


def sweep(
    strategy: Any,
    data: Data,
    account: Account | None = None,
    *,
    grid: Mapping[str, str | range | Sequence[Any]],
    random: int | None = None,
    bayesian: int | None = None,
    seed: int = 0,
    objective: str = "sharpe",
    constraints: Sequence[str] = (),
    since: Moment | None = None,
    until: Moment | None = None,
    size: Sizing | None = None,
    costs: str | Costs = "oanda-us",
    fills: str = "venue",
    executor: str = "local",
    workers: int | None = None,
    ray_address: str | None = None,
    max_cells: int = LIMIT,
    simulator: str | None = None,
    prior_trials: int = 0,
    **parameters: Any,
) -> Sweep:
    """Try many parameter sets of a strategy, count every one, and judge the best.

    Cells are stored as they are judged: the same call goes on where an earlier one was interrupted.

    Parameters
    ----------
    strategy
        A class of whatever kind; `parameters` stay as they are given.
    grid
        By parameter: a range, a sequence of values, or text as on the command line (``"0.5:3.0"``).
    random, bayesian
        Draw so many cells instead of judging all, by chance from `seed` or by Optuna.
    objective, constraints
        The figure that decides, and what a cell must keep within (``"trades>=30"``).
    since, until
        Bars that open in ``[since, until)``.
    executor, workers, ray_address
        ``local`` processes, one a core by default (one: this very process), or ``ray``.
    account, size, costs, fills, simulator, prior_trials
        As in `backtest`.
    """
    search = SearchOptions(
        random=random,
        bayesian=bayesian,
        seed=seed,
        objective=objective,
        constraints=tuple(constraints),
        max_cells=max_cells,
    )
    job = sweep_job(
        strategy,
        data,
        account,
        grid,
        search,
        since=since,
        until=until,
        size=size,
        costs=costs,
        fills=fills,
        simulator=simulator,
        prior_trials=prior_trials,
        parameters=parameters,
    )
    place = Placement(executor=executor, workers=workers, ray_address=ray_address)
    return Sweep(make_sweep(job, place, Settings.from_environment()))


def sweep_job(
    strategy: Any,
    data: Data,
    account: Account | None,
    grid: Mapping[str, str | range | Sequence[Any]],
    search: SearchOptions,
    *,
    since: Moment | None,
    until: Moment | None,
    size: Sizing | None,
    costs: str | Costs,
    fills: str,
    prior_trials: int,
    parameters: Mapping[str, Any],
    simulator: str | None = None,
) -> SweepJob:
    """Check all that can be checked before the first cell, and return what is to be searched."""
    if not (isinstance(strategy, type) and kind_of(strategy)):
        raise NotASimulatedStrategy(strategy=repr(strategy))
    account, rules = account or Account(), FillRules(fills)
    settings = Settings.from_environment()
    axes = pinned_axes(strategy, [axis_of(strategy, name, values) for name, values in grid.items()], settings)
    space = Space(strategy, pinned_values(strategy, parameters, settings), axes)
    if search.kind == "grid":
        space.bounded(search.max_cells)
    first = with_model(configure_class(strategy, space.first().parameters), settings)
    start, end = span(*(None if moment is None else words(moment) for moment in (since, until)))
    share = Allocation(first.strategy, data.symbols, size or usual_size(first.strategy), first.parameters)
    known = data.convertible_to(account.currency, start, end)
    refuse_models([share], known.bars)
    basis = Backtest(
        allocations=(share,),
        codes=(digest(strategy),),
        data=known,
        account=account,
        costs=charged(costs, rules),
        fills=rules,
        commit=code_commit(),
        prior_trials=prior_trials,
        author=author(),
    )
    return SweepJob(basis, space, search, simulator_for(share, simulator), start, end)
