"""The name of a trade that a person types: the beginning of its run's id, and its number there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

_LETTERS = 8


def trade_reference(run: UUID, number: int) -> str:
    """Return ``RUN:NUMBER`` of a round trip, by the number that the ledger gave it."""
    return f"{str(run)[:_LETTERS]}:{number}"
