from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.models.validation.bounds import at_least, refuse, share_or_time
from mbats.models.validation.purging import as_split, blocks, intervals, purged
from mbats.models.validation.split import Length, Split, nanoseconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class CombinatorialPurged:
    """Every choice of `tested` out of `groups` blocks of time is tested once, purged as in `PurgedKFold`.

    López de Prado (2018), *Advances in Financial Machine Learning*, 12.3: each block is tested in several splits, so
    that the tests make up several paths through all of the time instead of one.
    """

    groups: int = 6
    tested: int = 2
    embargo: Length = 0.01

    def __post_init__(self) -> None:
        at_least(2, self.groups, "groups", str(self))
        at_least(1, self.tested, "tested", str(self))
        if self.tested >= self.groups:
            raise refuse("tested must be less than groups, or nothing is left to train on", str(self))
        share_or_time(self.embargo, "embargo", str(self))

    def __str__(self) -> str:
        return f"combinatorial:groups={self.groups},tested={self.tested},embargo={self.embargo}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "combinatorial", "groups": self.groups, "tested": self.tested, "embargo": self.embargo}

    @property
    def choices(self) -> Sequence[tuple[int, ...]]:
        """The tested groups of each split, in lexical order."""
        return list(combinations(range(self.groups), self.tested))

    @property
    def paths(self) -> NDArray[np.int64]:
        """Which split gives each path its scores of each group, shape (paths, groups).

        Path j takes the j-th split in which a group is tested: figure 12.2 of the book.
        """
        tested_in = [[split for split, chosen in enumerate(self.choices) if group in chosen] for group in self._numbers]
        return np.array(tested_in).T

    @property
    def _numbers(self) -> range:
        return range(self.groups)

    def split(self, start: TimeColumn, end: TimeColumn | None) -> Sequence[Split]:
        """Return one split a choice of tested groups, in the order of `choices`."""
        rows = intervals(start, end, needed=self.groups, splitter=str(self))
        embargo, block = nanoseconds(self.embargo, rows.moments), blocks(rows, self.groups)
        splits = []
        for number, chosen in enumerate(self.choices, start=1):
            tests = [block == group for group in chosen]
            train, test = purged(rows, tests, embargo), np.any(tests, axis=0)
            splits.append(as_split(train, test, number=number, splitter=str(self)))
        return splits

    def along_paths(
        self, start: TimeColumn, end: TimeColumn, splits: Sequence[Split], scores: Sequence[FloatColumn]
    ) -> FloatColumn:
        """Return all rows' scores along each path, shape (paths, n); `scores` hold one a test row of each split."""
        rows = intervals(start, end, needed=self.groups, splitter=str(self))
        block, everywhere = blocks(rows, self.groups), np.full((len(splits), len(start)), np.nan)
        for number, (split, given) in enumerate(zip(splits, scores, strict=True)):
            everywhere[number, split.test] = given
        return np.stack([everywhere[path[block], np.arange(len(start))] for path in self.paths])
