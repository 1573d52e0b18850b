"""Which round trip each fill belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbats.ledger.journal import Kind
from mbats.ledger.positions import DUST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.ledger.journal import Journal


class Leg(NamedTuple):
    """A fill's part in one round trip; a fill that reverses has two.

    Attributes
    ----------
    row
        Row of the fill in the journal.
    trip
        Round trip, from 0 in order of their first fills.
    units
        Signed units of the fill that belong to the trip.
    held
        Signed position of the trip afterwards.
    closing
        Whether the leg brings the position nearer to flat.
    """

    row: int
    trip: int
    units: float
    held: float
    closing: bool


def legs(journal: Journal) -> list[Leg]:
    """Split the fills of a journal into the legs of round trips, flat to flat by instrument and strategy."""
    fills = journal.rows(Kind.FILL)
    columns = (fills, journal.instrument[fills], journal.strategy[fills], journal.units[fills])
    return list(_legs(zip(*(column.tolist() for column in columns), strict=True)))


def _legs(fills: Iterator[tuple[int, int, int, float]]) -> Iterator[Leg]:
    count = 0
    open_trips: dict[tuple[int, int], tuple[int, float]] = {}
    for row, instrument, strategy, units in fills:
        trip, held = open_trips.pop((instrument, strategy), (count, 0.0))
        after = _without_dust(held + units)
        if held * after < 0.0:
            yield Leg(row, trip, -held, 0.0, closing=True)
            trip = count
            yield Leg(row, trip, after, after, closing=False)
        else:
            yield Leg(row, trip, units, after, closing=held * units < 0.0)
        count = max(count, trip + 1)
        if after:
            open_trips[instrument, strategy] = trip, after


def _without_dust(units: float) -> float:
    return units if abs(units) >= DUST else 0.0
