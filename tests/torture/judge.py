"""Holds a session against the exchange's own log: what it may never do, and what its books must say."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.execution.broker import Fate, Submit
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.live.journal import journal
from mbats.live.memory import Memory
from mbats.live.store import Condition
from torture.protection import protection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.live.ticket import Ticket
    from torture.trial import Evidence

CENT = Decimal("0.01")
_TO_TRADES = ("TAKE_PROFIT", "STOP_LOSS", "TRAILING_STOP_LOSS")


class Judge:
    """Says what is wrong with what a schedule left behind."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._told = evidence, evidence.told
        self._memory = Memory.of(evidence.terms, evidence.entries, evidence.instruments)
        self._journal = journal(evidence.terms, evidence.entries, evidence.instruments)
        book = self._memory.book
        assert book is not None
        self._book = book
        opening = next(one for one in evidence.entries if one.key == "start")
        self._cash = Decimal(opening.body["state"]["balance"])  # somebody may have paid in before the session began
        rows = [one for one in self._told["transactions"] if int(one["id"]) > _start(opening)]
        # The market goes on without a session that has given up: what it left waiting may be filled.
        failed, known = evidence.state.condition is Condition.FAILED, len(self._memory.transactions)
        self._rows = rows[:known] if failed else rows
        self._later = rows[len(self._rows) :]
        self.guarded = protection(self._rows, self._decided_with_stop(), self._told["time"])

    def complaints(self) -> list[str]:
        """Return everything that is wrong, in words."""
        return [
            *self._condition(),
            *self._duplicates(),
            *self._sent_again(),
            *self._log(),
            *self._fills(),
            *self._positions(),
            *self._money(),
            *self._protection(),
        ]

    @property
    def doubled(self) -> list[str]:
        """Client ids under which the exchange was given more than one order."""
        return [name for name, count in self._orders().items() if count > 1]

    def _condition(self) -> Iterator[str]:
        state = self._evidence.state
        wanted = Condition.FAILED if self.doubled else Condition.STOPPED
        if state.condition is not wanted:
            yield f"the session is {state.condition} and not {wanted}: {state.reason}"
        if self.doubled and f"orders with the client id {self.doubled[0]}" not in state.reason:
            yield f"the session does not say what was doubled, but {state.reason}"

    def _duplicates(self) -> Iterator[str]:
        """Find client ids with several orders, and orders of one decision with several that lived."""
        if self._evidence.schedule.duplicates:
            yield from self._traded_on()
            return
        for name in self.doubled:
            yield f"the exchange was given {self._orders()[name]} orders with the client id {name}"
        lived = Counter(self._ticket(one).id for one in self._entries_that_lived())
        for ticket, count in lived.items():
            if count > 1:
                yield f"{count} entries of {ticket} came to life"

    def _traded_on(self) -> Iterator[str]:
        """Find what was sent after a duplicate was known."""
        seen, known = Counter[str](), False
        for entry in self._evidence.entries:
            name = entry.body.get("client_id") if entry.kind == "transaction" else None
            if name and entry.body["kind"] in {"order", "reject"}:
                seen[name] += 1
                known = known or (seen[name] > 1 and name in self.doubled)
            elif known and entry.kind == "intent":
                yield f"{entry.key} was sent after a duplicate was known"

    def _sent_again(self) -> Iterator[str]:
        """Find entries that were sent again though the first may have arrived."""
        for ticket in self._memory.tickets.values():
            for number, attempt in enumerate(ticket.attempts[:-1], start=1):
                certain = attempt.fate is Fate.NOT_SENT or attempt.halted
                following = ticket.attempts[number].instruction
                if isinstance(following, Submit) and not following.reduce_only and not certain:
                    yield f"{attempt.client_id} was sent again after its outcome was {attempt.fate}"

    def _log(self) -> Iterator[str]:
        """Compare the session's copy of the venue's log with the log."""
        mine = [one.raw for one in self._memory.transactions]
        if len(mine) != len(self._rows):
            yield f"the session knows {len(mine)} of {len(self._rows)} transactions"
        for ours, theirs in zip(mine, self._rows, strict=False):
            if (ours["id"], ours["type"]) != (theirs["id"], theirs["type"]):
                yield f"transaction {theirs['id']} is {theirs['type']} there and {ours['id']} {ours['type']} here"
                return

    def _fills(self) -> Iterator[str]:
        theirs = [one for one in self._rows if one["type"] == "ORDER_FILL"]
        rows = [event for event in self._journal if event.kind == Kind.FILL]
        if len(rows) != len(theirs):
            yield f"the journal has {len(rows)} fills, the exchange {len(theirs)}"
        for row, fill in zip(rows, theirs, strict=False):
            if (Decimal(repr(row.units)), Decimal(repr(row.price))) != (fill["units"], fill["price"]):
                yield f"fill {fill['id']}: {fill['units']} at {fill['price']} there, {row.units} at {row.price} here"

    def _positions(self) -> Iterator[str]:
        """Compare what is open: trade by trade, and the sum of the journal's fills."""
        if self._later:
            return
        theirs = {int(one["id"]): one for one in self._told["trades"]}
        if theirs.keys() != self._book.trades.keys():
            yield f"trades {sorted(theirs)} are open at the exchange and {sorted(self._book.trades)} in the books"
            return
        total: defaultdict[str, Decimal] = defaultdict(Decimal)
        for number, one in theirs.items():
            mine, stop = self._book.trades[number], one.get("stopLossOrder")
            if mine.units != one["currentUnits"] or mine.stop != (stop["price"] if stop else None):
                yield f"trade {number} differs: {one} there, {mine} here"
            total[one["instrument"]] += one["currentUnits"]
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in self._journal:
            if row.kind == Kind.FILL:
                sums[self._evidence.terms.instruments[row.instrument]] += Decimal(repr(row.units))
        for symbol, units in sums.items():
            if units != total[symbol]:
                yield f"the journal's position of {symbol} is {units}, the exchange's {total[symbol]}"
        waiting = {int(one["id"]) for one in self._told["orders"] if "tradeID" not in one}
        if waiting != self._book.orders.keys():
            yield f"orders {sorted(waiting)} wait at the exchange and {sorted(self._book.orders)} in the books"

    def _money(self) -> Iterator[str]:
        balances = [one["accountBalance"] for one in self._rows if "accountBalance" in one]
        balance = (balances or [self._cash])[-1] if self._later else self._told["balance"]
        booked = keep_books(self._journal, Account("USD", self._cash), 0.005).balance
        for what, amount in (("book", self._book.balance), ("ledger", booked)):
            if abs(amount - balance) >= CENT:
                yield f"the {what} says {amount}, the exchange {balance}"

    def _protection(self) -> Iterator[str]:
        stripped = any(one.path == "strip" for one in self._evidence.schedule.incidents)
        failed = self._evidence.state.condition is Condition.FAILED
        if self.guarded.bare and not failed:
            yield f"trades {self.guarded.bare} are open without the stop that they were decided with"
        if self.guarded.longest and not stripped:
            yield f"a trade had no stop for {self.guarded.longest / 1e9:.0f} s, and nobody had taken it away"

        if self.guarded.late:
            yield f"trades {self.guarded.late} had their first stop after their fill"

    def _decided_with_stop(self) -> set[str]:
        instructions = {
            attempt.client_id: attempt.instruction
            for ticket in self._memory.tickets.values()
            for attempt in ticket.attempts
        }
        return {
            name
            for name, one in instructions.items()
            if isinstance(one, Submit) and not (one.stop is one.stop_distance is one.trailing is None)
        }

    def _orders(self) -> Counter[str]:
        """Count what the exchange was given to do under each of our client ids: orders, accepted or rejected."""
        return Counter(
            _client_id(one)
            for one in self._rows
            if one["type"].removesuffix("_REJECT").endswith("_ORDER")
            and not one["type"].startswith(_TO_TRADES)
            and "replacesOrderID" not in one  # what a partial fill left of one
            and _client_id(one).startswith(self._memory.prefix)
        )

    def _entries_that_lived(self) -> Iterator[dict[str, Any]]:
        """Yield our orders that may open something, without those that met a closed market."""
        halted = {one["orderID"] for one in self._rows if one.get("reason") == "MARKET_HALTED" and "orderID" in one}
        for one in self._rows:
            opens = one["type"] in {"MARKET_ORDER", "LIMIT_ORDER", "STOP_ORDER"}
            fresh = "replacesOrderID" not in one and one["id"] not in halted and _client_id(one)
            if opens and fresh and one.get("positionFill") != "REDUCE_ONLY":
                yield one

    def _ticket(self, one: dict[str, Any]) -> Ticket:
        known = self._memory.attempt(_client_id(one))
        if known is None:
            raise AssertionError(f"the exchange has an order {_client_id(one)} that the session's log does not know")
        return known[0]


def _client_id(one: dict[str, Any]) -> str:
    return str(one.get("clientExtensions", {}).get("id", ""))


def _start(entry) -> int:
    return int(entry.body["state"]["last_transaction"])
