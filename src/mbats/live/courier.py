"""The order protocol: stored, sent once, settled by the venue's log alone.

An instruction is stored with a checkpoint of the venue's log before it is sent. Whatever the reply says, or if none
comes, its outcome is read from the transactions after the checkpoint. What may open a position is sent again only where
it certainly did not arrive or met a closed market; what only reduces one is sent again, after the position was read
anew, until nothing is open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from mbats.errors.broker import (
    LogIncomplete,
    MalformedAnswer,
    RateLimited,
    VenueFailed,
    VenueSilent,
    VenueUnreachable,
)
from mbats.execution.broker import Submit
from mbats.execution.order import Role
from mbats.live.decision import Decision
from mbats.live.plain import plain
from mbats.live.store import Entry
from mbats.live.ticket import Intent, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from mbats.execution.broker import Broker, Instruction, Reply, Transaction
    from mbats.live.book import Book
    from mbats.live.feed import LiveQuote
    from mbats.live.log import Log
    from mbats.live.memory import Memory
    from mbats.live.ticket import Ticket

VENUE_DOWN = (VenueUnreachable, VenueSilent, VenueFailed, RateLimited, MalformedAnswer, LogIncomplete)
_SECOND = 1_000_000_000


Block: TypeAlias = "Callable[[Ticket, Submit, LiveQuote, int], Mapping[str, object] | None]"


class Courier:
    """Sends what decisions ask for.

    Parameters
    ----------
    block
        Says why an instruction that enters may not go out now, as the body of a ``blocked`` row; None: it may.
    patience
        Nanoseconds that an entry of unknown outcome keeps its instrument from further ones.

    Attributes
    ----------
    news
        Transactions that were read, for whom they concern; the session takes them away.
    """

    def __init__(self, log: Log, broker: Broker, block: Block, patience: int) -> None:
        self._log, self._broker, self._block, self._patience = log, broker, block, patience
        self.news: list[Transaction] = []

    @property
    def _memory(self) -> Memory:
        return self._log.memory

    @property
    def _book(self) -> Book:
        assert self._memory.book is not None
        return self._memory.book

    async def read(self) -> None:
        """Take in the venue's log since the last transaction."""
        found = await self._broker.transactions(self._book.last)
        fresh = [one for one in found if one.id > self._book.last]
        self.news += fresh
        self._log.append([Entry("transaction", str(one.id), one.time, plain(one)) for one in fresh])

    def due(self, now: int) -> list[Ticket]:
        """Return what is to be sent, in the order of the decisions."""
        return [ticket for ticket in self._memory.open.values() if self._sendable(ticket) and not ticket.rests(now)]

    async def send(self, now: int, quotes: Mapping[str, LiveQuote], tried: set[str]) -> int:
        """Send what is due and can be traded now; return how many instructions went out.

        Nothing more goes out once one of them turns out to have arrived twice.

        Parameters
        ----------
        tried
            Tickets that had their turn already: nothing is tried twice in one look around.
        """
        sent, known = 0, len(self._memory.repeated)
        while fresh := [ticket for ticket in self.due(now) if ticket.id not in tried]:
            tried.add(fresh[0].id)
            sent += await self._deliver(fresh[0], now, quotes)
            if len(self._memory.repeated) > known:
                break
        return sent

    def give_up(self, now: int) -> None:
        """Let go of entries whose outcome stays unknown; one that lands later is ours all the same."""
        for ticket in list(self._memory.open.values()):
            since = ticket.unresolved_since()
            if ticket.enters and since is not None and now - since > self._patience:
                self._drop(ticket, now, "unknown outcome", "its outcome never became known; it is not sent again")

    def _sendable(self, ticket: Ticket) -> bool:
        """Tell whether a ticket's turn has come: what is before it at its instrument is certain."""
        status = ticket.status(self._book)
        if status is Status.UNKNOWN and not ticket.enters:
            return True
        if status is not Status.WAITING:
            return False
        return not (ticket.enters and any(self._precedes(other, ticket) for other in self._memory.open.values()))

    @staticmethod
    def _precedes(other: Ticket, ticket: Ticket) -> bool:
        """Tell whether another instruction of the same decision has to be certain first."""
        return other.decision.key == ticket.decision.key and other.number < ticket.number

    async def _deliver(self, ticket: Ticket, now: int, quotes: Mapping[str, LiveQuote]) -> bool:
        symbol = ticket.decision.instrument
        quote = quotes.get(symbol)
        instruction = self._aimed(ticket)
        if instruction is None:
            self._drop(ticket, now, "overtaken", "the position is not what it was decided for")
        elif _opens(instruction) and self._memory.stale(ticket):
            self._drop(ticket, now, "stale", "a later bar had closed before it could be sent")
        elif ticket.at_market and (quote is None or not quote.tradeable):
            return False
        elif quote and _opens(instruction) and (why := self._block(ticket, instruction, quote, now)):
            self._log.append([Entry("blocked", ticket.id, now, why), *self._way_out(ticket, instruction, now)])
        else:
            await self._sent(ticket, instruction, now)
            return True
        return False

    async def _sent(self, ticket: Ticket, instruction: Instruction, now: int) -> None:
        """Store, send once, store the reply, read what became of it."""
        attempt = len(ticket.attempts) + 1
        decision = ticket.decision
        name = f"{self._memory.prefix}{decision.key.replace(':', '-')}-{ticket.number}"
        client_id = name if attempt == 1 else f"{name}-{attempt}"
        instruction = replace(instruction, client_id=client_id)
        intent = Intent(ticket.id, self._book.last, instruction)
        self._log.append([Entry("intent", client_id, now, plain(intent))])
        reply = await self._broker.send(instruction)
        self._log.append([Entry("reply", client_id, now, _told(reply))])
        await self.read()

    def _aimed(self, ticket: Ticket) -> Instruction | None:
        """Return the instruction for the position as it is now; None where it has become pointless."""
        instruction, symbol = ticket.instruction, ticket.decision.instrument
        if not isinstance(instruction, Submit):
            return instruction
        held = self._book.units(symbol)
        if instruction.reduce_only:
            return _reducing(instruction, held)
        if instruction.role in {Role.REVERSAL, Role.REBALANCE}:
            return self._towards(ticket, instruction, held)
        if ticket.decision.beside:
            return instruction
        occupied = held != ticket.decision.position or self._book.waiting(symbol)
        return None if occupied else instruction

    def _towards(self, ticket: Ticket, instruction: Submit, held: Decimal) -> Submit | None:
        """Return the order for what is lacking of the position wanted; when too late for it, the way out alone."""
        wanted = ticket.decision.position + instruction.units
        order = replace(instruction, units=wanted - held)
        reduces = wanted * held >= 0 and abs(wanted) < abs(held)
        if reduces or self._memory.stale(ticket):
            return _reducing(_leaving(order, instruction.role), held)
        return order if order.units else None

    def _way_out(self, ticket: Ticket, instruction: Instruction, now: int) -> list[Entry]:
        """Return the decision to leave at least the position that a blocked order would have reversed."""
        held, decision = self._book.units(ticket.decision.instrument), ticket.decision
        assert isinstance(instruction, Submit)
        if (order := _reducing(_leaving(instruction, Role.EXIT), held)) is None:
            return []
        key = f"{decision.key}:out"
        out = Decision(key, decision.instrument, now, strategy=decision.strategy, position=held, orders=(order,))
        return [Entry("decision", key, now, plain(replace(out, units=float(order.units), close=decision.close)))]

    def _drop(self, ticket: Ticket, now: int, limit: str, text: str) -> None:
        self._log.append([Entry("blocked", ticket.id, now, {"limit": limit, "text": text})])


def _reducing(instruction: Submit, held: Decimal) -> Submit | None:
    """Return the order cut to what is open; None where it would not reduce."""
    if held * instruction.units >= 0:
        return None
    return instruction if abs(instruction.units) <= abs(held) else replace(instruction, units=-held)


def _leaving(instruction: Submit, role: Role) -> Submit:
    return Submit("", instruction.instrument, instruction.units, role=role, reduce_only=True)


def _opens(instruction: Instruction) -> TypeGuard[Submit]:
    return isinstance(instruction, Submit) and not instruction.reduce_only


def _told(reply: Reply) -> dict[str, object]:
    ids = [one.id for one in reply.transactions]
    return {"fate": reply.fate.value, "reason": reply.reason, "message": reply.message, "transactions": ids}
