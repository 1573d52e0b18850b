from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from mbats.bootstrap.sweep_options import Placement, SearchOptions
from mbats.bootstrap.walking import WindowOptions
from mbats.bootstrap.walking import walk_forward as walk
from mbats.face.run import Run
from mbats.face.sweep import sweep_job
from mbats.pipelines.sweep.grid import LIMIT
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.costs import Costs
    from mbats.face.data import Data
    from mbats.face.moments import Moment
    from mbats.ledger.terms import Account
    from mbats.pipelines.walk_forward.run import WalkedForward
    from mbats.portfolio.sizing import Sizing


class WalkForward(Run):
    """The tests of a walk-forward as one run, and the steps behind it."""

    def __init__(self, done: WalkedForward) -> None:
        super().__init__(done.judged)
        self._turns = done.turns
        self.efficiency = done.efficiency

    @cached_property
    def steps(self) -> pd.DataFrame:
        """One row a step: its windows, what was chosen on the first, and how it did on both."""
        rows = [turn.as_dict() for turn in self._turns]
        for row in rows:
            row["train_start"], row["train_end"] = map(pd.Timestamp, row.pop("train"))
            row["test_start"], row["test_end"] = map(pd.Timestamp, row.pop("test"))
        return pd.DataFrame(rows).set_index("step")


def walk_forward(
    strategy: Any,
    data: Data,
    account: Account | None = None,
    *,
    grid: Mapping[str, str | range | Sequence[Any]],
    train: str = "2y",
    test: str = "6m",
    gap: str | None = None,
    anchored: bool = False,
    random: int | None = None,
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
    prior_trials: int = 0,
    **parameters: Any,
) -> WalkForward:
    """Choose parameters on the past, trade them on what follows, step by step, and judge the tests as one run.

    Every cell of every training is a trial. A position that is open at a boundary ends by the parameters it was opened
    with.

    Parameters
    ----------
    train, test, gap
        Lengths: ``2y``, ``6m``, ``90d`` or ``5000b`` (bars). `gap` is left out between a training and its test.
    anchored
        Begin every training with the first bar instead of moving it along.
    grid, random, seed, objective, constraints, since, until, executor, workers, ray_address, max_cells
        As in `sweep`, on every training window.
    account, size, costs, fills, prior_trials
        As in `backtest`.
    """
    windows = WindowOptions(train=train, test=test, gap=gap, anchored=anchored).plan()
    search = SearchOptions(
        random=random, seed=seed, objective=objective, constraints=tuple(constraints), max_cells=max_cells
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
        prior_trials=prior_trials,
        parameters=parameters,
    )
    place = Placement(executor=executor, workers=workers, ray_address=ray_address)
    return WalkForward(walk(job, windows, place, Settings.from_environment()))
