from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.models.validation.bounds import at_least, share_or_time
from mbats.models.validation.purging import as_split, blocks, intervals, purged
from mbats.models.validation.split import Length, Split, nanoseconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.columns import TimeColumn


@dataclass(frozen=True, slots=True)
class PurgedKFold:
    """Each of `folds` blocks of time is tested once; training is all else that does not overlap it.

    López de Prado (2018), *Advances in Financial Machine Learning*, 7.4: what overlaps a test on either side is purged,
    and what is decided within the embargo after its last label ended is left out.
    """

    folds: int = 5
    embargo: Length = 0.01

    def __post_init__(self) -> None:
        at_least(2, self.folds, "folds", str(self))
        share_or_time(self.embargo, "embargo", str(self))

    def __str__(self) -> str:
        return f"purged-k-fold:folds={self.folds},embargo={self.embargo}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "purged-k-fold", "folds": self.folds, "embargo": self.embargo}

    def split(self, start: TimeColumn, end: TimeColumn | None) -> Sequence[Split]:
        """Return one split a fold, in order of time."""
        rows = intervals(start, end, needed=self.folds, splitter=str(self))
        embargo, block = nanoseconds(self.embargo, rows.moments), blocks(rows, self.folds)
        tests = [block == number for number in range(self.folds)]
        return [
            as_split(purged(rows, [test], embargo), test, number=number, splitter=str(self))
            for number, test in enumerate(tests, start=1)
        ]
