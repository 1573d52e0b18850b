"""What each step chose, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.ledger.sharpe import sharpe
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.ledger.equity import Equity
    from mbats.ledger.round_trips import RoundTrips
    from mbats.ledger.run import RunResult
    from mbats.market.columns import FloatColumn
    from mbats.pipelines.sweep.ranking import Ranking
    from mbats.pipelines.walk_forward.windows import Step


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of daily returns of one window; what is undefined is None.

    Attributes
    ----------
    sharpe
        Annualised.
    yearly
        Mean daily return times days in a year.
    """

    sharpe: float | None
    yearly: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One step with its choice.

    Attributes
    ----------
    parameters
        What was chosen; None: no cell could be ranked, so nothing was opened in the test.
    objective
        The chosen cell's objective on the training window.
    cells
        How many were judged there.
    trades
        Round trips that were opened in the test.
    """

    step: Step
    parameters: Mapping[str, Any] | None
    objective: float | None
    cells: int
    trained: Figures
    tested: Figures
    trades: int

    def as_dict(self) -> dict[str, Any]:
        """Return the turn as plain values, ready for JSON."""
        train, test = self.step.train, self.step.test
        return {
            "step": self.step.number,
            "train": [moment(train.start).isoformat(), moment(train.end).isoformat()],
            "test": [moment(test.start).isoformat(), moment(test.end).isoformat()],
            "parameters": self.parameters,
            "objective": self.objective,
            "cells": self.cells,
            "train_sharpe": self.trained.sharpe,
            "train_return": self.trained.yearly,
            "test_sharpe": self.tested.sharpe,
            "test_return": self.tested.yearly,
            "trades": self.trades,
        }


def turns(steps: Sequence[Step], ranked: Sequence[Ranking], result: RunResult) -> tuple[Turn, ...]:
    """Return what each step chose, with the figures of its training and of its part of the stitched run."""
    per_year = result.performance.periods_per_year
    return tuple(
        _turn(step, ranking, _returns(result.equity, step), _opened(result.trips, step), per_year)
        for step, ranking in zip(steps, ranked, strict=True)
    )


def efficiency(turns: Sequence[Turn]) -> float | None:
    """Return the walk-forward efficiency: yearly return out of sample over that in sample, of steps that chose.

    Pardo (2008), "The Evaluation and Optimization of Trading Strategies", 2nd ed., chapter 11. None where there was no
    gain in sample to have a share of.
    """
    chose = [turn for turn in turns if turn.parameters is not None]
    trained = [turn.trained.yearly for turn in chose if turn.trained.yearly is not None]
    tested = [turn.tested.yearly for turn in chose if turn.tested.yearly is not None]
    if not trained or not tested or np.mean(trained) <= 0:
        return None
    return float(np.mean(tested) / np.mean(trained))


def figures(returns: FloatColumn, per_year: int) -> Figures:
    """Return the figures of some daily returns."""
    judged = sharpe(returns, per_year)
    return Figures(judged.ratio if judged else None, float(np.mean(returns)) * per_year if len(returns) else None)


def _turn(step: Step, ranking: Ranking, returns: FloatColumn, trades: int, per_year: int) -> Turn:
    tested = figures(returns, per_year)
    if not ranking.best:
        return Turn(step, None, None, ranking.judged, Figures(None, None), tested, trades)
    best = ranking.best[0]
    objective = best.figures[ranking.objective.figure]
    trained = figures(best.daily_returns, per_year)
    return Turn(step, best.cell.parameters, objective, ranking.judged, trained, tested, trades)


def _returns(equity: Equity, step: Step) -> FloatColumn:
    inside = (equity.time > step.test.start) & (equity.time <= step.test.end)
    return equity.daily_returns[inside]


def _opened(trips: RoundTrips, step: Step) -> int:
    return int(np.sum((trips.entry_time >= step.test.start) & (trips.entry_time < step.test.end)))
