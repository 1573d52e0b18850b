"""Which decision stands behind each trade of a run, and what became of the decisions that made none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from mbats.execution.order import Reason
from mbats.ledger.decisions import Decisions
from mbats.ledger.journal import Kind
from mbats.pipelines.explanation.cause import Cause

if TYPE_CHECKING:
    from mbats.ledger.cost_split import CostSplit
    from mbats.ledger.journal import Event, Journal
    from mbats.ledger.round_trips import RoundTrips
    from mbats.ledger.run import RunResult

_MADE_BY_PEOPLE = 0


class Key(NamedTuple):
    """A trade by what two worlds share of it: the instrument, and the close that it was decided at (nanoseconds UTC).

    `number` tells apart what nobody decided at a close: trades that a person opened or handed over.
    """

    decided_at: int
    instrument: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A trade of one world: its row among the round trips, signed units, profit in quote currency, and its money."""

    row: int
    units: float
    profit: float
    money: CostSplit

    @property
    def rate(self) -> Decimal | None:
        """Account currency per unit of quote currency, at mid, by what the profit came to; None without a profit."""
        money = self.money
        at_mid = money.gross - money.spread - money.slippage
        return at_mid / Decimal(repr(self.profit)) if self.profit and at_mid else None


def trades(run: RunResult, since: int) -> dict[Key, Taken]:
    """Return the trades of a run that were decided at `since` or later, by decision."""
    decisions = Decisions(run.journal)
    found: dict[Key, Taken] = {}
    for row in range(len(run.trips)):
        key = _key(run.journal, decisions, run.trips, row)
        while key in found:
            key = key._replace(number=key.number + 1)
        if key.decided_at >= since or key.decided_at == _MADE_BY_PEOPLE:
            units, profit = float(run.trips.units[row] * run.trips.side[row]), float(run.trips.pnl_quote[row])
            found[key] = Taken(row, units, profit, run.trips.exact[row])
    return found


def why_none(journal: Journal, key: Key) -> tuple[Cause, str]:
    """Say why a session made no trade of what was expected to be decided at `key`."""
    events = [event for event in journal if event.instrument >= 0 and _named(journal, event) == key.instrument]
    at = [number for number, event in enumerate(events) if event.kind == Kind.DECISION and event.time == key.decided_at]
    if not at:
        ran = any(event.kind == Kind.DECISION and event.time < key.decided_at for event in events)
        text = "decided otherwise, or not running" if ran else "the session had decided nothing yet"
        return (Cause.SIGNAL if ran else Cause.MISSED), text
    later = events[at[-1] + 1 :]
    until = next((number for number, event in enumerate(later) if event.kind == Kind.DECISION), len(later))
    return _outcome(later[:until])


def _outcome(events: list[Event]) -> tuple[Cause, str]:
    for event in events:
        if event.kind == Kind.BLOCKED:
            return Cause.MISSED, f"kept back: {Reason(event.reason).name.lower()}"
        if event.kind in {Kind.REJECT, Kind.CANCEL, Kind.EXPIRY}:
            return Cause.REJECT, f"refused by the venue: {Reason(event.reason).name.lower()}"
    return Cause.MISSED, "the order was never filled"


def _named(journal: Journal, event: Event) -> str:
    return journal.instruments[event.instrument]


def _key(journal: Journal, decisions: Decisions, trips: RoundTrips, row: int) -> Key:
    symbol = trips.instruments[int(trips.instrument[row])]
    ordered = decisions.ordered(int(trips.entry_order[row]))
    if ordered is None:
        return Key(_MADE_BY_PEOPLE, symbol)
    # A Backtrader strategy in a simulation tells no decisions: its orders bear the time of the close they were sent at.
    decided = decisions.behind(ordered) if decisions.told else ordered
    return Key(_MADE_BY_PEOPLE if decided is None else int(journal.time[decided]), symbol)
