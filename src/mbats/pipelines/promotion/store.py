from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from mbats.models.registry import Alias
    from mbats.models.version import Version
    from mbats.pipelines.promotion.move import Move
    from mbats.pipelines.promotion.verdict import Verdict


class PromotionStore(Protocol):
    """What is remembered of versions, verdicts and moves: rows are added, and none ever changes."""

    def hold(self, model: str) -> AbstractContextManager[None]:
        """Be the only one who judges and moves versions of a model, until the block or the process ends.

        Raises
        ------
        mbats.errors.promotion.PromotionBusy
            Somebody else is.
        """
        ...

    def note(self, version: Version, at: datetime) -> None:
        """Note the facts of a version for dashboards; those noted before stay."""
        ...

    def keep(self, verdict: Verdict) -> None:
        """Store a verdict with every gate's figure."""
        ...

    def verdicts(self, model: str) -> Sequence[Verdict]:
        """Return all verdicts on a model, newest first."""
        ...

    def journal(self, move: Move) -> None:
        """Note a move that is about to be made."""
        ...

    def moves(self, model: str, alias: Alias) -> Sequence[Move]:
        """Return the moves of an alias, oldest first."""
        ...
