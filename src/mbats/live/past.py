"""What a desk that goes by the order of events is told of a session: all that happened to its account, since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.broker import AccountState, Transaction
    from mbats.live.decision import Decision


@dataclass(frozen=True, slots=True)
class News:
    """One event in the order of the session's log: a transaction, an instruction that came to nothing, an adoption.

    Attributes
    ----------
    ticket
        The instruction of ours that it is about; empty: none.
    refused
        Why the instruction was not carried out and left no trace in the venue's log.
    adopts
        The trade that a person gave to the session.
    """

    time: int
    ticket: str = ""
    transaction: Transaction | None = None
    refused: str = ""
    adopts: int = 0


class Past(NamedTuple):
    """The account as it was found, and what happened since.

    Attributes
    ----------
    prefix
        How every client id of the session begins.
    started
        When the session began to decide, nanoseconds UTC.
    decisions
        By key, in order.
    """

    prefix: str
    start: AccountState
    started: int
    news: Sequence[News]
    decisions: Mapping[str, Decision]
