"""One instruction of a decision on its way to the venue, as the log tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mbats.execution.broker import Cancel, Fate, Instruction, Kind, Protect, Submit
from mbats.execution.order import OrderType, Reason

if TYPE_CHECKING:
    from mbats.execution.broker import Transaction
    from mbats.live.book import Book
    from mbats.live.decision import Decision

_SECOND, _LONGEST_REST = 1_000_000_000, 60


class Status(StrEnum):
    """How far a ticket is."""

    WAITING = "waiting"  # to be sent, for the first time or because it certainly did not arrive
    UNKNOWN = "unknown"  # sent, and nothing tells whether it arrived
    SETTLED = "settled"  # the venue's log, or a refusal, told its outcome
    BLOCKED = "blocked"  # never to be sent


@dataclass(frozen=True, slots=True)
class Intent:
    """What is stored before an instruction is sent.

    Attributes
    ----------
    ticket
        Id of the ticket that it belongs to.
    since
        The venue's last transaction that was known then: what becomes of the instruction stands after it.
    """

    ticket: str
    since: int
    instruction: Instruction


@dataclass(slots=True)
class Attempt:
    """One sending: what was stored before it, and what became known after."""

    client_id: str
    since: int
    time: int
    instruction: Instruction
    fate: Fate | None = None
    reason: str = ""
    found: list[Transaction] = field(default_factory=list)
    looked_into: int = 1
    """So many arrivals a person knows of."""

    @property
    def arrived(self) -> bool:
        """Whether the venue's log has it: of what is for the moment, what came of it, too."""
        if not self.momentary:
            return bool(self.found)
        return any(one.kind in {Kind.FILL, Kind.CANCEL, Kind.REJECT} for one in self.found)

    @property
    def momentary(self) -> bool:
        """Whether it never waits at the venue."""
        return isinstance(self.instruction, Submit) and self.instruction.type is OrderType.MARKET

    @property
    def arrivals(self) -> int:
        """How many orders of its client id the venue was given; what a partial fill left of one is no other."""
        return sum(one.kind in {Kind.ORDER, Kind.REJECT} and not one.replaces for one in self.found)

    @property
    def halted(self) -> bool:
        """Whether it arrived at a closed market, and nothing is left of it."""
        return any(one.kind in {Kind.CANCEL, Kind.REJECT} and one.why is Reason.MARKET_HALTED for one in self.found)

    @property
    def fruitless(self) -> bool:
        """Whether it was for the moment, and the venue refused or cancelled it without a fill."""
        if not self.momentary:
            return self.halted
        kinds = {one.kind for one in self.found}
        ended = kinds & {Kind.CANCEL, Kind.REJECT} or self.fate is Fate.REFUSED
        return bool(ended) and Kind.FILL not in kinds

    @property
    def resolved(self) -> bool:
        """Whether its outcome is certain."""
        return self.arrived or self.fate in {Fate.NOT_SENT, Fate.REFUSED}


@dataclass(slots=True)
class Ticket:
    """The n-th instruction of a decision."""

    decision: Decision
    number: int
    instruction: Instruction
    attempts: list[Attempt] = field(default_factory=list)
    blocked: str = ""

    @property
    def id(self) -> str:
        """Unique in the session."""
        return f"{self.decision.key}#{self.number}"

    @property
    def enters(self) -> bool:
        """Whether it may open a position: such a one is never sent again once its outcome is unknown."""
        return isinstance(self.instruction, Submit) and not self.instruction.reduce_only

    @property
    def leaves(self) -> bool:
        """Whether it takes something back: an order that waits, or a position."""
        return not (self.enters or isinstance(self.instruction, Protect))

    @property
    def at_market(self) -> bool:
        """Whether it needs a market that trades."""
        return isinstance(self.instruction, Submit)

    def status(self, book: Book) -> Status:
        """Return how far it is, by all that is known."""
        if self.blocked:
            return Status.BLOCKED
        if not self.attempts:
            return Status.WAITING
        last = self.attempts[-1]
        if isinstance(self.instruction, Submit):
            return _submitted(last, leaves=not self.enters)
        if last.fate is Fate.REFUSED or _achieved(self.instruction, book):
            return Status.SETTLED
        return Status.WAITING if last.fate is Fate.NOT_SENT else Status.UNKNOWN

    def rests(self, now: int) -> bool:
        """Tell whether it is too early to try again what the venue turned down: after 1, 2, 4 .. 60 seconds."""
        tries = sum(attempt.fruitless for attempt in self.attempts)
        pause = min(_LONGEST_REST, 2 ** (tries - 1)) * _SECOND if tries else 0
        return bool(tries) and self.attempts[-1].fruitless and 0 <= now - self.attempts[-1].time < pause

    def unresolved_since(self) -> int | None:
        """Return when an attempt was made of which nothing is known; None: there is none."""
        return next((attempt.time for attempt in self.attempts if not attempt.resolved), None)


def _submitted(last: Attempt, *, leaves: bool) -> Status:
    """Return how far an order is; a way out that came to nothing is to be tried again as long as something is open."""
    if last.halted or (leaves and last.fruitless):
        return Status.WAITING
    if last.arrived or last.fate is Fate.REFUSED:
        return Status.SETTLED
    return Status.WAITING if last.fate is Fate.NOT_SENT else Status.UNKNOWN


def _achieved(instruction: Protect | Cancel, book: Book) -> bool:
    """Tell whether the venue shows what was asked for: only the outcome counts, whoever brought it about."""
    if isinstance(instruction, Cancel):
        return instruction.order not in book.orders
    trade = book.trades.get(instruction.trade)
    if trade is None:
        return True
    stands = instruction.stop in {None, trade.stop}
    return stands and instruction.target in {None, trade.target}
