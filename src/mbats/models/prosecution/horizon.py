"""Whether a label looks ahead, as it must, and no further than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.labels.discovery import text_of
from mbats.market.counterfactual import ALL_FUTURES, differences
from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from mbats.execution.costs import Costs
    from mbats.labels.label import Label, Labels
    from mbats.market.bars import Bars

_CUTS = 8


def horizon(label: Label, bars: Bars, costs: Costs) -> list[Finding]:
    """Change the bars after several rows: labels that ended before may not change, and some that had not must."""
    truth = label.label(bars, costs)
    subject, looked_ahead = text_of(label.spec), False
    for cut in np.linspace(len(bars) // 4, len(bars) - 2, _CUTS).astype(int):
        for way, change in ALL_FUTURES.items():
            seen = label.label(change(bars, int(cut)), costs)
            row = _first_change_of_what_was_known(truth, seen, int(bars.known_at[cut]))
            if row is not None:
                detail = f"row {row} says it was known by then, and changed when bars after row {cut} were {way}"
                return [Finding(Charge.LABEL_BEYOND_ITS_END, subject, "label", detail, row, int(bars.time[row]))]
            looked_ahead |= bool(differences(truth.value[: cut + 1], seen.value[: cut + 1]).any())
    if looked_ahead or np.isnan(truth.value).all():
        return []
    return [Finding(Charge.LABEL_OF_THE_PAST, subject, "label", "no bar after the decision has a part in it")]


def _first_change_of_what_was_known(truth: Labels, seen: Labels, moment: int) -> int | None:
    """Return the first labelled row that ended by `moment` and is another now."""
    rows = len(seen.value)
    pairs = ((truth.value, seen.value), (truth.outcome, seen.outcome), (truth.end, seen.end))
    changed = np.any([differences(before[:rows], after) for before, after in pairs], axis=0)
    changed &= (truth.end[:rows] <= moment) & ~np.isnan(truth.value[:rows])
    return int(changed.argmax()) if changed.any() else None
