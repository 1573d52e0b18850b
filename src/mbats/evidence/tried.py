from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Tried:
    """What has been tried on some data, by whomever and under whatever names.

    Attributes
    ----------
    trials
        Distinct trials in the register.
    judged
        Those of them that ended with daily returns.
    variance
        Variance of their t (`TrackRecord.t`); None while fewer than two have one.
    prior
        Trials made elsewhere: the largest number that each person has declared, added up.
    """

    trials: int
    judged: int = 0
    variance: float | None = None
    prior: int = 0

    @property
    def count(self) -> int:
        """All that the best of them was chosen from."""
        return self.trials + self.prior


@dataclass(frozen=True, slots=True)
class PriorTrials:
    """Trials made outside MBATS, as somebody declared them.

    Attributes
    ----------
    declared_for
        The run, sweep or walk-forward that they were declared with.
    """

    trials: int
    declared_by: str
    declared_at: datetime
    declared_for: UUID
    instruments: tuple[str, ...]
    start: datetime
    end: datetime
