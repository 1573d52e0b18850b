"""A study's trials and the cells that they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from optuna.trial import TrialState, create_trial

from mbats.adapters.optuna.distributions import distributions, drawn, values
from mbats.adapters.optuna.pulse import Pulse
from mbats.adapters.optuna.storage import HEARTBEAT
from mbats.pipelines.sweep.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.trial import FrozenTrial, Trial

    from mbats.adapters.optuna.storage import Storage
    from mbats.pipelines.sweep.space import Space

_CELL = "cell"


class Trials:
    """Which trial is which cell. A trial carries its cell's number; repeated and refused draws carry none.

    Attributes
    ----------
    study
        As Optuna sees it, the better the larger.
    """

    def __init__(self, storage: Storage, name: str, space: Space) -> None:
        self._space = space
        self.study = storage.study(name)
        self.pulse = Pulse(storage.rdb, HEARTBEAT)
        self._trials: dict[int, FrozenTrial | Trial] = {}
        self._values: dict[str, float | None] = {}
        self._told: set[int] = set()
        for trial in self.study.get_trials(deepcopy=False):
            if trial.state is TrialState.WAITING:
                self._take_over(self.study.ask(distributions(space)))
            elif trial.state is TrialState.RUNNING:
                self._take_over(trial)
            elif _CELL in trial.user_attrs and trial.state is not TrialState.FAIL:
                self._trials[trial.user_attrs[_CELL]] = trial

    @property
    def count(self) -> int:
        """How many cells there are, in flight or done."""
        return max(self._trials, default=-1) + 1

    def knows(self, parameters: Mapping[str, Any]) -> bool:
        """Tell whether a cell has these parameters."""
        return _key(parameters) in self._values

    def left(self) -> list[Cell]:
        """Return the cells of earlier sessions that nobody has told yet, in order of their numbers."""
        left = [number for number in sorted(self._trials) if number not in self._told]
        cells = [Cell(number, self._parameters(self._trials[number])) for number in left]
        self._values |= dict.fromkeys((_key(cell.parameters) for cell in cells), None)
        return cells

    def hand_out(self, cell: Cell, trial: Trial) -> Cell | None:
        """Return `cell`, to be judged as `trial`; None where its parameters were handed out before."""
        key = _key(cell.parameters)
        if key in self._values:
            self._end(trial.number, self._values[key])
            return None
        trial.set_user_attr(_CELL, cell.number)
        self._values[key] = None
        self._own(cell.number, trial)
        return cell

    def is_copy(self, trial: Trial) -> bool:
        """Take over a trial that somebody queued again, thinking that its worker had died; False: it is a new one."""
        number = trial.user_attrs.get(_CELL)
        if number is None:
            return False
        if number in self._told:
            self.study.tell(trial, state=TrialState.FAIL)
        else:
            self._own(number, trial)
        return True

    def prune(self, trial: Trial) -> None:
        """Tell that the strategy refuses what was drawn."""
        self._end(trial.number, None)

    def finish(self, cell: Cell, value: float | None) -> None:
        """Tell how good a cell is; None: undefined, worse than any."""
        trial = self._trials.get(cell.number)
        self._values[_key(cell.parameters)] = value
        self._told.add(cell.number)
        if trial is None:
            self._trials[cell.number] = self._restored(cell, value)
        else:
            self._end(trial.number, value)
            self.pulse.end(trial._trial_id)

    def _take_over(self, trial: FrozenTrial | Trial) -> None:
        """Go on with what a killed session had in flight; a draw that was not handed out yet is forgotten."""
        if _CELL in trial.user_attrs:
            self._own(trial.user_attrs[_CELL], trial)
        else:
            self.study.tell(trial.number, state=TrialState.FAIL)

    def _own(self, number: int, trial: FrozenTrial | Trial) -> None:
        self._trials[number] = trial
        self.pulse.begin(trial._trial_id)

    def _end(self, trial: int, value: float | None) -> None:
        state = TrialState.PRUNED if value is None else TrialState.COMPLETE
        self.study.tell(trial, value, state=state, skip_if_finished=True)

    def _parameters(self, trial: FrozenTrial | Trial) -> dict[str, Any]:
        found = self._space.parameters(values(self._space, trial.params))
        assert found is not None, "it was handed out before"
        return found

    def _restored(self, cell: Cell, value: float | None) -> FrozenTrial:
        """Put a cell into a study that has forgotten it."""
        trial = create_trial(
            state=TrialState.PRUNED if value is None else TrialState.COMPLETE,
            value=value,
            params=drawn(self._space, cell.parameters),
            distributions=distributions(self._space),
            user_attrs={_CELL: cell.number},
        )
        self.study.add_trial(trial)
        return trial


def _key(parameters: Mapping[str, Any]) -> str:
    return json.dumps(parameters, sort_keys=True, default=str)
