from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.pipelines.sweep.ranking import Ranking
    from mbats.pipelines.sweep.store import SweepInfo


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep whose cells are all judged and stored.

    Attributes
    ----------
    resumed
        How many of the cells an earlier session had stored.
    """

    info: SweepInfo
    ranking: Ranking
    resumed: int
