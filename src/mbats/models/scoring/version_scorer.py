from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.models.scoring.memory import Memory, begins_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.features.view import View
    from mbats.market.columns import FlagColumn, FloatColumn, TimeColumn
    from mbats.models.estimator import Fitted
    from mbats.models.scoring.rows import FeatureRows
    from mbats.models.version import Fit, Version


@dataclass(frozen=True)
class VersionScorer:
    """A registered version, loaded; implements `mbats.models.scoring.scorer.Scorer`.

    Bars that continue those of the call before, as a live session's do at each close, cost one row: it has the same
    bits as in the whole history.

    Attributes
    ----------
    fitted
        The version's fits in their order, read.
    """

    version: Version
    rows: FeatureRows
    fitted: Sequence[Fitted]
    _memory: dict[str, Memory] = field(default_factory=dict, repr=False, compare=False)

    @property
    def reference(self) -> str:
        """``name/number``."""
        return self.version.reference

    @property
    def id(self) -> str:
        """The version's id."""
        return self.version.id

    @property
    def kind(self) -> str:
        """``class`` or ``number``."""
        return str(self.version.manifest["kind"])

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its features."""
        return self.rows.features.columns

    @property
    def reads(self) -> tuple[str, ...]:
        """What its features need of others."""
        return self.rows.features.reads

    def anew(self) -> VersionScorer:
        """Return the same scorer, remembering no bar."""
        return VersionScorer(self.version, self.rows, self.fitted)

    def score(self, view: View) -> FloatColumn:
        """Return one score a bar, by the fit in use when it was known; NaN where none may be, or features are missing.

        Raises
        ------
        mbats.errors.base.MbatsError
            What a feature or an estimator refuses.
        """
        symbol = view.bars.instrument.symbol
        known, begins = self._memory.get(symbol), begins_of(view.bars)
        if known is None or not self.rows.goes_on or not known.continued_by(view.bars, begins):
            values, states = self.rows.whole(view)
            scores = self._scored(view.bars.known_at, values)
        elif (row := len(known.bars)) == len(view.bars):
            return known.scores
        else:
            values, states = self.rows.since(view, row, known.states)
            scores = np.concatenate([known.scores, self._scored(view.bars.known_at[row:], values)])
        scores.flags.writeable = False
        self._memory[symbol] = Memory(view.bars, scores, states, begins)
        return scores

    def _scored(self, known_at: TimeColumn, values: FloatColumn) -> FloatColumn:
        scores = np.full(len(known_at), np.nan)
        told: FlagColumn = np.asarray(np.isfinite(values).any(axis=1))
        for fit, fitted in zip(self.version.fits, self.fitted, strict=True):
            first, last = _span(fit, known_at)
            chosen = first + np.flatnonzero(told[first:last])
            if len(chosen):
                scores[chosen] = fitted.score(np.ascontiguousarray(values[chosen]))
        return scores

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_memory": {}}


def _span(fit: Fit, known_at: TimeColumn) -> tuple[int, int]:
    """Return the rows at whose decisions `fit` is in use."""
    first = int(np.searchsorted(known_at, fit.usable_from, side="right"))
    until = fit.usable_until
    return first, len(known_at) if until is None else int(np.searchsorted(known_at, until, side="right"))
