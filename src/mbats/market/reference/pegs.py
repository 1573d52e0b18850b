from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FlagColumn, IntColumn

# The Swiss National Bank's minimum rate of 1.20 francs per euro, announced and given up on these days.
_PEGS = {frozenset(("EUR", "CHF")): ("2011-09-06", "2015-01-15")}


def pegged(one: str, other: str, days: IntColumn) -> FlagColumn:
    """Tell on which days (since 1970) a central bank held the rate of two currencies.

    Such a rate stands still and then leaps: no forecast from its past is a fair one, and on paths made by one, fading
    paid. So the reference market has no bars of it.
    """
    first, end = np.array(_PEGS.get(frozenset((one, other)), ("1970-01-01",) * 2), dtype="datetime64[D]").astype(
        np.int64
    )
    flags: FlagColumn = (days >= first) & (days < end)
    return flags
