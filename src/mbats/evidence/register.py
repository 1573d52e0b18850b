from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.evidence.deflation import Deflation
    from mbats.evidence.trial import TrialResult
    from mbats.evidence.tried import PriorTrials, Tried


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
