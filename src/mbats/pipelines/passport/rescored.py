"""A model's score made again by the version that gave it, from the bars that were known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.view import View
from mbats.pipelines.passport.replay import Check, differences

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.market.bars import Bars
    from mbats.models.scoring.scorer import Scorer
    from mbats.pipelines.passport.decided import Decided

SCORE = "score"


def rescored(scorer: Scorer, one: Decided, bars: Callable[[str], Bars]) -> Check:
    """Score the bar of a decision once more and compare with what was reported, bit for bit.

    Parameters
    ----------
    bars
        Of an instrument, from where its strategy saw them; what was not known yet is left out here.
    """
    others = {symbol: known(bars(symbol), one.time) for symbol in scorer.reads if ":" not in symbol}
    now = float(scorer.score(View(known(bars(one.instrument), one.time), others))[-1])
    what = f"the score of {scorer.reference}, by the version with the id {scorer.id[:12]}"
    return Check(what, differences({SCORE: one.values.get(SCORE)}, {SCORE: now}))


def known(bars: Bars, time: int) -> Bars:
    """Return the bars that were known at a moment, nanoseconds UTC."""
    return bars.rows(0, int(np.searchsorted(bars.known_at, time, side="right")))
