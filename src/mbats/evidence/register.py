from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.evidence.deflation import Deflation
    from mbats.evidence.trial import TrialResult


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


class TrialRegister(Protocol):
    """The register of everything that was ever tried: trials are added and judged, and none ever leaves."""

    def add(self, results: Sequence[TrialResult], at: datetime) -> None:
        """Add those that are new, tried at the moment `at`, and note the record of each that had none.

        What is noted stays: a rerun, under whatever name and of whatever size, changes nothing.
        """
        ...

    def declare(self, prior: PriorTrials) -> None:
        """Note trials made elsewhere."""
        ...

    def tried(self, instruments: Sequence[str], start: datetime, end: datetime) -> Tried:
        """Return what was tried on any of `instruments` in any part of ``[start, end)``."""
        ...

    def keep(self, run: UUID, deflation: Deflation) -> None:
        """Store what is made of a run's Sharpe ratio; the first verdict on a run stays."""
        ...

    def kept(self, run: UUID) -> Deflation | None:
        """Return the verdict on a run at its time, if there was one."""
        ...
