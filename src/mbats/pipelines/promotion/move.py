"""Where an alias has pointed: the journal of its moves, folded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.models.registry import Alias


class Cause(StrEnum):
    """Why an alias was moved."""

    VERDICT = "verdict"
    COMMAND = "command"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an alias, written down before it is made; numbers are versions, None: to nothing.

    Attributes
    ----------
    by
        Who asked for it.
    verdict
        What it rests on; None for commands and rollbacks.
    """

    model: str
    alias: Alias
    before: int | None
    to: int | None
    at: datetime
    by: str
    cause: Cause
    verdict: UUID | None = None


def trail(moves: Sequence[Move], now: int | None) -> list[int | None]:
    """Return where an alias has pointed and would go back to step by step, last where it points `now`.

    A move was never made where the alias still was at its beginning afterwards: whoever wrote it down died before.
    Where the registry was changed by other means, that is a step like any other.

    Parameters
    ----------
    moves
        Of one alias, oldest first.
    """
    ends = [*(move.before for move in moves), now][1:]
    stack: list[int | None] = []
    for move, followed in zip(moves, ends, strict=True):
        if followed != move.before:
            _step(stack, move)
    return stack if stack and stack[-1] == now else [*stack, now]


def _step(stack: list[int | None], move: Move) -> None:
    if not stack or stack[-1] != move.before:
        stack.append(move.before)
    if move.cause is Cause.ROLLBACK and len(stack) > 1 and stack[-2] == move.to:
        stack.pop()
    else:
        stack.append(move.to)
