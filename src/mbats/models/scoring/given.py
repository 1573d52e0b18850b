from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.features.view import View
    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True)
class GivenScores:
    """Scores that were made before: out-of-fold predictions, say. Implements `mbats.models.scoring.scorer.Scorer`.

    Attributes
    ----------
    scores
        By symbol: opening times of bars, ascending, and their scores.
    """

    scores: Mapping[str, tuple[TimeColumn, FloatColumn]]
    kind: str = "class"
    reference: str = "given"
    id: str = ""
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()

    def score(self, view: View) -> FloatColumn:
        """Return the score of each bar, NaN for bars without one."""
        found = np.full(len(view.bars), np.nan)
        if (given := self.scores.get(view.bars.instrument.symbol)) is not None:
            _, rows, places = np.intersect1d(view.bars.time, given[0], assume_unique=True, return_indices=True)
            found[rows] = given[1][places]
        return found
