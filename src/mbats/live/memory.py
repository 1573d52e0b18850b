"""All that a session knows: the fold of its log. The same rows always give the same memory."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mbats.execution.broker import AccountState, Fate, Transaction
from mbats.live.book import Book
from mbats.live.decision import Decision
from mbats.live.highs import Course
from mbats.live.history import Bar, History
from mbats.live.past import News, Past
from mbats.live.plain import restored
from mbats.live.ticket import Attempt, Intent, Status, Ticket
from mbats.live.view import Origin, View
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from mbats.live.store import Entry, SessionTerms
    from mbats.market.instrument import Instrument

START = "start"


def prefix(session: UUID) -> str:
    """Return how every client id of a session begins."""
    return f"mb-{session.hex[:8]}-"


def began(entries: Iterable[Entry]) -> AccountState | None:
    """Return the account as a session found it; None before its start."""
    starts = (entry for entry in entries if entry.kind == "note" and entry.key == START)
    return next((restored(AccountState, entry.body["state"]) for entry in starts), None)


class Memory:
    """The fold of a session's log.

    Attributes
    ----------
    started
        When the session began to decide, nanoseconds UTC; None before.
    book
        The account as the venue's log tells it; None before the session's start.
    decisions
        By key, in order.
    acts
        What persons asked for, by key.
    transactions
        The venue's log since the start.
    sent
        When orders were sent, nanoseconds UTC.
    navs, account_navs
        Net asset value at the closes decided on, and of the whole account as seen then and now, without what had been
        paid in or out since the start.
    tickets
        All instructions of all decisions, by id.
    open
        Tickets that are to be sent or whose outcome is not certain, by id, in the order of their decisions.
    repeated
        Sendings of which the venue's log holds more than one order, by client id.
    news
        What happened to the account and to instructions, in the order of the log.
    """

    def __init__(self, session: UUID, instruments: Mapping[str, Instrument], timeframe: Timeframe) -> None:
        self.prefix = prefix(session)
        self.history = History(instruments, timeframe)
        self.started: int | None = None
        self.book: Book | None = None
        self.decisions: dict[str, Decision] = {}
        self.acts: dict[str, Entry] = {}
        self.notes: set[str] = set()
        self.sent: list[int] = []
        self.navs, self.account_navs = Course(), Course()
        self.open: dict[str, Ticket] = {}
        self.tickets: dict[str, Ticket] = {}
        self.repeated: dict[str, Attempt] = {}
        self._attempts: dict[str, tuple[Ticket, Attempt]] = {}
        self._decided: dict[str, int] = {}
        self._moved: set[int] = set()
        self.transactions: list[Transaction] = []
        self.news: list[News] = []
        self._start: AccountState | None = None
        self._closing: Book | None = None
        self._folded = 0
        self._rules: dict[str, Callable[[Entry], None]] = {
            "decision": self._decision,
            "intent": self._intent,
            "reply": self._reply,
            "transaction": self._transaction,
            "blocked": self._blocked,
            "act": self._act,
            "note": self._note,
        }

    @classmethod
    def of(cls, terms: SessionTerms, entries: Iterable[Entry], instruments: Mapping[str, Instrument]) -> Memory:
        """Return the fold of a whole log."""
        memory = cls(terms.id, instruments, Timeframe(terms.timeframe))
        memory.fold(entries)
        return memory

    def fold(self, entries: Iterable[Entry]) -> None:
        """Take rows of the log in, in their order."""
        for kind, rows in groupby(entries, key=lambda entry: entry.kind):
            if kind == "bar":
                self._bars(rows)
            else:
                for entry in rows:
                    self._rules[kind](entry)

    def undecided(self, symbol: str) -> list[int]:
        """Return the opening times of bars that closed after the start and nobody has decided on."""
        since = self._decided.get(symbol)
        if since is None and self.started is not None:
            known = self.history.bars(symbol).known_at
            opens = self.history.since(symbol, None)
            return [time for time, at in zip(opens, known.tolist(), strict=True) if at >= self.started]
        return list(self.history.since(symbol, since))

    def view(self, time: int, known: int, markup: float) -> View:
        """Return what desks see at the close of the bars that opened at `time`; times ascend from call to call."""
        assert self._closing is not None
        while self._folded < len(self.transactions) and self.transactions[self._folded].time < known:
            self._closing.apply(self.transactions[self._folded])
            self._folded += 1
        assert self._start is not None
        assert self.started is not None
        past = Past(self.prefix, self._start, self.started, self.news, self.decisions)
        return View(time, self.history, self._closing, self.origin, markup=markup, past=past)

    def origin(self, client_id: str, trade: int = 0) -> Origin:
        """Return the decision behind a client id, and whether the stop of `trade` went to its fill price."""
        found = self._attempts.get(client_id)
        return Origin(found[0].decision if found else None, trade in self._moved)

    def attempt(self, client_id: str) -> tuple[Ticket, Attempt] | None:
        """Return the ticket and the sending that a client id stands for."""
        return self._attempts.get(client_id)

    def stale(self, ticket: Ticket) -> bool:
        """Tell whether a later bar of its instrument has closed."""
        newest = self.history.last(ticket.decision.instrument) if ticket.decision.bar else None
        return newest is not None and newest > ticket.decision.bar

    def _bars(self, entries: Iterable[Entry]) -> None:
        bars: dict[str, list[Bar]] = {}
        for entry in entries:
            symbol, _, time = entry.key.rpartition(":")
            bid, ask = (tuple(entry.body[side]) if entry.body[side] else None for side in ("bid", "ask"))
            bar = Bar(int(time), tuple(entry.body["mid"]), bid, ask, entry.body["volume"])
            bars.setdefault(symbol, []).append(bar)
        for symbol, rows in bars.items():
            self.history.add(symbol, rows)

    def _decision(self, entry: Entry) -> None:
        decision = restored(Decision, entry.body)
        self.decisions[decision.key] = decision
        if decision.bar:
            self._decided[decision.instrument] = decision.bar
        if decision.moves:
            self._moved.add(decision.moves)
        if decision.nav == decision.nav:
            self.navs.add(decision.time, decision.nav)
        if decision.adopts:
            self.news.append(News(decision.time, adopts=decision.adopts))
            for book in (self.book, self._closing):
                assert book is not None
                book.adopt(decision.adopts)
        for number, instruction in enumerate(decision.orders):
            ticket = Ticket(decision, number, instruction)
            self.open[ticket.id] = self.tickets[ticket.id] = ticket

    def _intent(self, entry: Entry) -> None:
        ticket = self.open[entry.body["ticket"]]
        instruction = restored(Intent, entry.body).instruction
        attempt = Attempt(entry.key, entry.body["since"], entry.time, instruction)
        ticket.attempts.append(attempt)
        self._attempts[entry.key] = ticket, attempt
        self.sent.append(entry.time)

    def _reply(self, entry: Entry) -> None:
        ticket, attempt = self._attempts[entry.key]
        attempt.fate, attempt.reason = Fate(entry.body["fate"]), entry.body["reason"]
        if attempt.fate is Fate.REFUSED:
            self._moved.discard(ticket.decision.moves)  # its stop stands where it stood: the next bar may move it
        if attempt.fate is Fate.REFUSED and not entry.body["transactions"]:
            self.news.append(News(entry.time, ticket.id, refused=attempt.reason or "refused"))
        self._sort_out(ticket)

    def _transaction(self, entry: Entry) -> None:
        one = restored(Transaction, entry.body)
        assert self.book is not None
        self.book.apply(one)
        self.transactions.append(one)
        # What a venue makes of a bracket bears the client id of its instruction with a suffix.
        behind = self._attempts.get(one.client_id) or self._attempts.get(one.client_id.rpartition(".")[0])
        self.news.append(News(one.time, behind[0].id if behind else "", one))
        if (known := self._attempts.get(one.client_id)) is not None:
            known[1].found.append(one)
            if known[1].arrivals > known[1].looked_into:
                self.repeated[one.client_id] = known[1]
        for ticket in list(self.open.values()):
            self._sort_out(ticket)

    def _blocked(self, entry: Entry) -> None:
        ticket = self.open.pop(entry.key)
        ticket.blocked = entry.body["limit"]
        self.news.append(News(entry.time, ticket.id, refused=ticket.blocked))

    def _act(self, entry: Entry) -> None:
        """Take in what a person asked for; who lets the session go on has looked into what was repeated."""
        self.acts.setdefault(entry.key, entry)
        if entry.body.get("act") in {"run", "pause"}:
            for attempt in self.repeated.values():
                attempt.looked_into = attempt.arrivals
            self.repeated.clear()

    def _note(self, entry: Entry) -> None:
        self.notes.add(entry.key)
        if "nav" in entry.body:
            assert self.book is not None
            self.account_navs.add(entry.time, entry.body["nav"] - float(self.book.transferred))
        if entry.key == START:
            state = restored(AccountState, entry.body["state"])
            self.started, self._start = entry.time, state
            self.book, self._closing = Book(self.prefix, state), Book(self.prefix, state)

    def _sort_out(self, ticket: Ticket) -> None:
        assert self.book is not None
        if ticket.status(self.book) is Status.SETTLED:
            self.open.pop(ticket.id, None)
