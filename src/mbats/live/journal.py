"""A session's log as the journal that a backtest would have written: the same ledger, reports and views read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.execution.broker import Cancel, Submit, Transaction
from mbats.execution.order import Reason, Role
from mbats.ledger.journal import Event, Journal, JournalWriter, Kind
from mbats.live.book import Book
from mbats.live.memory import Memory, began, prefix
from mbats.live.options import Options
from mbats.live.paper_trail import PaperTrail
from mbats.live.plain import restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.decision import Decision
    from mbats.live.store import Entry, SessionTerms
    from mbats.market.instrument import Instrument

_BLOCKED = {"stale": Reason.EXPIRED, "overtaken": Reason.IN_POSITION}
_FIRST, _AFTER = 0, 1


def journal(terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument]) -> Journal:
    """Project a session's log; the same log gives the same journal to the last bit.

    Decisions stand where their bars were known, before what happened at that very moment. Orders are numbered as the
    venue created them. Profit is in quote currency with the rate that gives, after the venue's markup and rounding,
    what the venue booked; financing and fees are in account currency. What strangers do on the account is left out.

    Parameters
    ----------
    instruments
        As the session has them; only those traded get a code.
    """
    names = tuple(str(one["name"]) for one in terms.strategies)
    if (projection := _projected(terms, entries, instruments)) is None:
        return JournalWriter(terms.instruments, names, ()).journal()
    writer = JournalWriter(terms.instruments, names, projection.currencies)
    for _, _, event, extras in sorted(projection.rows, key=lambda row: row[:2]):
        writer.append(event, extras)
    return writer.journal()


def order_numbers(
    terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument]
) -> Mapping[int, int]:
    """Return the numbers that the session's journal gives the venue's orders, by the venue's own."""
    projection = _projected(terms, entries, instruments)
    return {} if projection is None else projection.trail.numbers


def _projected(
    terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument]
) -> _Projection | None:
    state = began(entries)
    if state is None:
        return None
    traded = {symbol: instruments[symbol] for symbol in terms.instruments}
    currencies = tuple(dict.fromkeys([state.currency, *(one.quote for one in traded.values())]))
    memory = Memory.of(terms, entries, instruments)
    lapsed: dict[int, Reason] = {}
    book, markup = Book(prefix(terms.id), state), Options.read(terms.options).markup
    trail = PaperTrail(memory, book, traded, currencies, lapsed=lapsed, markup=markup)
    projection = _Projection(memory, trail, traded, currencies, lapsed=lapsed)
    for entry in entries:
        projection.take(entry)
    return projection


class _Projection:
    """Gathers rows with the moment and the turn in which they belong."""

    def __init__(
        self,
        memory: Memory,
        trail: PaperTrail,
        traded: Mapping[str, Instrument],
        currencies: tuple[str, ...],
        *,
        lapsed: dict[int, Reason],
    ) -> None:
        self.rows: list[tuple[int, int, Event, Mapping[str, float]]] = []
        self.trail, self.currencies = trail, currencies
        self._memory, self._lapsed = memory, lapsed
        self._codes = {symbol: code for code, symbol in enumerate(traded)}
        self._now = memory.started or 0

    def take(self, entry: Entry) -> None:
        """Take the next row of the log."""
        if entry.kind == "transaction":
            one = restored(Transaction, entry.body)
            self._now = max(self._now, one.time)
            for event in self.trail.rows(one):
                self._add(event.time, event)
        elif entry.kind == "decision":
            self._decided(self._memory.decisions[entry.key])
        elif entry.kind == "blocked":
            self._blocked(entry)
        elif entry.kind == "act":
            # A person's clock is not the venue's: the row stands where the log had come to.
            self._add(self._now, Event(0, Kind.MANUAL, role=Role.MANUAL))

    def _decided(self, one: Decision) -> None:
        self._now = max(self._now, one.time)
        self._lapsed |= {order.order: one.lapse for order in one.orders if isinstance(order, Cancel) and one.lapse}
        if one.adopts:
            self.trail.book.adopt(one.adopts)
        if one.wants:
            event = Event(one.time, Kind.DECISION, *self._place(one), reason=one.blocked, units=one.units)
            event = event._replace(price=one.close, stop=one.stop, target=one.target)
            self.rows.append((one.time, _FIRST if one.bar else _AFTER, event, one.extras))

    def _blocked(self, entry: Entry) -> None:
        ticket = self._memory.tickets[entry.key]
        one, order = ticket.decision, ticket.instruction
        if isinstance(order, Submit):
            event = Event(0, Kind.BLOCKED, *self._place(one), role=order.role, type=order.type, price=one.close)
            reason = _BLOCKED.get(entry.body["limit"], Reason.LIMIT_REACHED)
            self._add(max(entry.time, one.time), event._replace(reason=reason, units=float(order.units)))

    def _place(self, one: Decision) -> tuple[int, int]:
        code = self._codes.get(one.instrument, -1)
        return code, one.strategy if code >= 0 else -1

    def _add(self, time: int, event: Event) -> None:
        self.rows.append((time, _AFTER, event._replace(time=time), {}))
