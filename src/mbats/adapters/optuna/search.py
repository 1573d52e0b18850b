"""Bayesian search of parameters by tree-structured Parzen estimators."""

from __future__ import annotations

import weakref
from collections import deque
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from optuna.samplers import TPESampler

from mbats.adapters.optuna.distributions import distributions, drawn, values
from mbats.adapters.optuna.trials import Trials
from mbats.pipelines.sweep.cell import Cell
from mbats.pipelines.sweep.random import shuffled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import Trial

    from mbats.adapters.optuna.storage import Storage
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.objective import Objective
    from mbats.pipelines.sweep.space import Space

_ATTEMPTS = 10
"""Draws in a row that nobody wants, repeated or refused, before one is taken at random from what was not tried."""


class BayesianSearch:
    """Cells drawn where good ones are likely, none twice; implements `mbats.pipelines.sweep.search.Search`.

    Bergstra, Bardenet, Bengio and Kegl (2011), "Algorithms for Hyper-Parameter Optimization", section 4, in Optuna's
    form; cells in flight count as bad ones until they are told ("constant liar"), so that several workers do not crowd.
    A cell whose objective is undefined or that breaks a constraint is told as pruned: worse than any with a value.

    Each draw has a generator of its own, seeded by `seed` and the cell's number, so a sweep with one worker draws the
    same cells again, interrupted or not. Cells that were in flight when a sweep was killed are handed out first when it
    is resumed, under their old numbers; the caller sees to it that only one process has a study in hand.

    Parameters
    ----------
    study
        Name of the study: the sweep's.

    Raises
    ------
    mbats.errors.database.DatabaseUnreachable
    """

    def __init__(
        self, space: Space, objective: Objective, *, count: int, seed: int, storage: Storage, study: str
    ) -> None:
        self._space, self._seed, self._objective = space, seed, objective
        self.total = min(count, space.size)
        self._storage = storage
        self._distributions = distributions(space)
        with storage.in_our_words():
            self._trials = Trials(storage, study, space)
        self._left: deque[Cell] | None = None
        weakref.finalize(self, self._trials.pulse.stop)

    def ask(self, count: int) -> Sequence[Cell]:
        """Return up to `count` cells that were not asked for in this session and not told."""
        cells: list[Cell] = []
        with self._storage.in_our_words():
            if self._left is None:
                self._left = deque(self._trials.left())
            while len(cells) < count and (cell := self._next(self._left)):
                cells.append(cell)
        return cells

    def tell(self, results: Sequence[CellResult]) -> None:
        """Take notice of results; those of earlier sessions come before the first `ask`."""
        with self._storage.in_our_words():
            for result in results:
                self._trials.finish(result.cell, self._objective.value(result.figures))

    def _next(self, left: deque[Cell]) -> Cell | None:
        if left:
            return left.popleft()
        number = self._trials.count
        return self._drawn(number) if number < self.total else None

    def _drawn(self, number: int) -> Cell | None:
        for attempt in range(_ATTEMPTS):
            state = np.random.SeedSequence([self._seed, number, attempt]).generate_state(1)
            self._trials.study.sampler = TPESampler(seed=int(state[0]), constant_liar=True)
            if cell := self._handed_out(number, self._trials.study.ask(self._distributions)):
                return cell
        return self._untried(number)

    def _handed_out(self, number: int, trial: Trial) -> Cell | None:
        """Return the cell of a draw, or None where it is refused, known or in flight already."""
        if self._trials.is_copy(trial):
            return None
        parameters = self._space.parameters(values(self._space, trial.params))
        if parameters is None:
            self._trials.prune(trial)
            return None
        return self._trials.hand_out(Cell(number, parameters), trial)

    def _untried(self, number: int) -> Cell | None:
        """Return a cell at random that was not tried; None: there is none."""
        random = Random(f"{self._seed} {number}")  # noqa: S311 - a search, no secret
        for place in shuffled(self._space.size, random):
            chosen = self._space.values(place)
            parameters = self._space.parameters(chosen)
            if parameters is not None and not self._trials.knows(parameters):
                self._trials.study.enqueue_trial(drawn(self._space, chosen))
                return self._handed_out(number, self._trials.study.ask(self._distributions))
        return None
