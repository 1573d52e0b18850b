from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.ledger.round_trips import RoundTrips

_AT_ENTRY = ("side", "units", "entry_price")
_AT_EXIT = ("exit_time", "exit_price", "exit_reason")
_MONEY = ("net",)


class Match(StrEnum):
    """How a trade of one run stands to those of the other."""

    SAME = "same"
    DIFFERENT = "different"
    ONLY_A = "only in A"
    ONLY_B = "only in B"


@dataclass(frozen=True, slots=True)
class TradePair:
    """A trade in two runs: the same instrument, entered in the same bar.

    Attributes
    ----------
    a, b
        Row of the trade among the round trips of each run; None where a run has none.
    differs
        Columns of `RoundTrips` in which the two differ, to the last bit; none for a trade of one run alone.
    parted
        The moment from which the runs no longer agree on it; of a trade that is the same, its exit.
    """

    instrument: str
    entry_time: int
    a: int | None
    b: int | None
    differs: tuple[str, ...]
    parted: int

    @property
    def match(self) -> Match:
        """How the two stand to one another."""
        if self.a is None or self.b is None:
            return Match.ONLY_B if self.a is None else Match.ONLY_A
        return Match.DIFFERENT if self.differs else Match.SAME


def trade_pairs(a: RoundTrips, b: RoundTrips) -> tuple[TradePair, ...]:
    """Put the trades of two runs side by side, ordered by entry."""
    ours, theirs = _keyed(a), _keyed(b)
    keys = sorted(ours.keys() | theirs.keys())
    return tuple(_pair(key, a, ours.get(key), b, theirs.get(key)) for key in keys)


def _keyed(trips: RoundTrips) -> dict[tuple[int, str, int], int]:
    """Return the rows of trades by bar and instrument of their entry, numbered where a bar has several."""
    seen: Counter[tuple[int, str]] = Counter()
    keyed = {}
    for row, (time, code) in enumerate(zip(trips.entry_time.tolist(), trips.instrument.tolist(), strict=True)):
        where = time, trips.instruments[code]
        keyed[*where, seen[where]] = row
        seen[where] += 1
    return keyed


def _pair(key: tuple[int, str, int], a: RoundTrips, ours: int | None, b: RoundTrips, theirs: int | None) -> TradePair:
    entry_time, instrument, _ = key
    if ours is None or theirs is None:
        return TradePair(instrument, entry_time, ours, theirs, (), entry_time)
    names = _AT_ENTRY + _AT_EXIT + _MONEY
    differs = tuple(name for name in names if getattr(a, name)[ours] != getattr(b, name)[theirs])
    early = not set(differs).isdisjoint(_AT_ENTRY)
    exits = int(min(a.exit_time[ours], b.exit_time[theirs]))
    return TradePair(instrument, entry_time, ours, theirs, differs, entry_time if early else exits)
