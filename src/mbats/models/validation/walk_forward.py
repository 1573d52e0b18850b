from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.models.validation.bounds import refuse, share_or_time
from mbats.models.validation.purging import as_split, intervals
from mbats.models.validation.split import Length, Split, nanoseconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.columns import TimeColumn


@dataclass(frozen=True, slots=True)
class WalkForward:
    """Train on the past, test on the `step` that follows, move on by it: as trading goes.

    Training ends where the labels reach into the test; there is nothing after a test to keep an embargo from.

    Attributes
    ----------
    train
        Length of a training; with `anchored` of the first one, and the later ones begin where it does.
    step
        Length of a test. The last one may be shorter.
    """

    train: Length = 0.5
    step: Length = 0.1
    anchored: bool = False

    def __post_init__(self) -> None:
        share_or_time(self.train, "train", str(self), zero=False)
        share_or_time(self.step, "step", str(self), zero=False)

    def __str__(self) -> str:
        return f"walk-forward:train={self.train},step={self.step},anchored={str(self.anchored).lower()}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "walk-forward", "train": self.train, "step": self.step, "anchored": self.anchored}

    @property
    def embargo(self) -> Length:
        """None: nothing is trained on what comes after a test."""
        return 0

    def split(self, start: TimeColumn, end: TimeColumn | None) -> Sequence[Split]:
        """Return one split a step, in order of time."""
        rows = intervals(start, end, needed=2, splitter=str(self))
        train, step = (nanoseconds(length, rows.moments) for length in (self.train, self.step))
        origin = int(rows.moments[0])
        tested = rows.moments[rows.moments >= origin + train] - (origin + train)
        splits: list[Split] = []
        for boundary in (origin + train + step * number for number in np.unique(tested // step).tolist()):
            test = (rows.start >= boundary) & (rows.start < boundary + step)
            begin = origin if self.anchored else boundary - train
            known = (rows.start >= begin) & (rows.end < rows.start[test].min())
            splits.append(as_split(known, test, number=len(splits) + 1, splitter=str(self)))
        if not splits:
            raise refuse("the training leaves nothing to test", str(self))
        return splits
