"""A model's score made again by the version that gave it, from the bars that were known then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.features.view import View
from mbats.pipelines.passport.replay import Check, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.market.bars import Bars
    from mbats.models.scoring.version_scorer import VersionScorer
    from mbats.pipelines.passport.decided import Decided

SCORE = "score"


class Rescored(NamedTuple):
    """A score once more, and what it was made of."""

    check: Check
    inputs: Mapping[str, float]


def rescored(scorer: VersionScorer, one: Decided, bars: Callable[[str], Bars]) -> Rescored:
    """Score the bar of a decision once more and compare with what was reported, bit for bit.

    Parameters
    ----------
    bars
        Of an instrument, from where its strategy saw them; what was not known yet is left out here.
    """
    others = {symbol: known(bars(symbol), one.time) for symbol in scorer.reads if ":" not in symbol}
    view = View(known(bars(one.instrument), one.time), others)
    now = float(scorer.anew().score(view)[-1])
    what = f"the score of {scorer.reference}, by the version with the id {scorer.id[:12]}"
    values, _ = scorer.rows.whole(view)
    inputs = dict(zip(scorer.columns, values[-1].tolist(), strict=True))
    return Rescored(Check(what, differences({SCORE: one.values.get(SCORE)}, {SCORE: now})), inputs)


def known(bars: Bars, time: int) -> Bars:
    """Return the bars that were known at a moment, nanoseconds UTC."""
    return bars.rows(0, int(np.searchsorted(bars.known_at, time, side="right")))
