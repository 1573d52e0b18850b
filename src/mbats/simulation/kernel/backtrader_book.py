"""What Backtrader's rules keep in mind: orders by number, one desk an instrument, cash and counters."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from mbats.compiled import compilable
from mbats.simulation.kernel.events import Events

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn

Table: TypeAlias = Any
"""A structured array whose rows are records: `table[row].field`."""


class Status(IntEnum):
    """Where an order stands; all that is not pending is out of the queue."""

    SUBMITTED = 0
    PENDING = 1
    MATCHING = 2
    FILLED = 3
    ENDED = 4


def record(whole: str, real: str) -> np.dtype[Any]:
    """Return the type of a record with fields of whole and of real numbers."""
    return np.dtype([(name, np.int64) for name in whole.split()] + [(name, np.float64) for name in real.split()])


ORDER = record(
    "number instrument type role reason status parent first last whole awake leader linked linked_last",
    "units remaining price trail created executed_units executed_price",
)
"""`first` to `last` is what is left of a parent's family while `whole`; a child is `awake` from that cycle on. The end
of one of those with the same `leader` ends the others that are `linked`. `created` is the day number of its bar."""

DESK = record(
    "row bar new strategy currency at_home targets listens pending sent_row expiry opened_row moved side "
    "anchored_on_fill unguarded children cycle time known_at",
    "lot open high low close day rate_opened rate_known units price trade_units trade_price filled trigger wanted stop "
    "target stop_distance target_distance trailing wanted_trigger guard_units held_target "
    "held_trailing checked_units checked_price",
)
"""An instrument: its terms, the bar it stands on, its position as cash and as trades see it, the same in thought while
orders are checked, and what its strategy remembers of its entry and bracket."""

TOTALS = record("checked queued noticed cycle inside matching oldest", "cash balance fraction per_unit")

CHILDREN = 8
"""Protective orders that a strategy can look after at a time: two sendings of three, and room."""


class Book(NamedTuple):
    """What Backtrader's rules change; few and small, since it goes through every call.

    Attributes
    ----------
    orders
        A ring: the order of a number is at that number modulo the length, a power of two.
    queue
        Numbers of pending orders, oldest first.
    notices
        Entries that ended, in order of happening, until their strategy hears of it.
    children
        Protective orders that strategies look after, shape (m, `CHILDREN`); `desks` tell how many.
    """

    events: Events
    tallies: Table
    orders: Table
    desks: Table
    totals: Table
    queue: IntColumn
    notices: IntColumn
    children: IntColumn


def order_of(book: Book, number: int) -> Any:
    """Return the record of an order."""
    return book.orders[number & (len(book.orders) - 1)]


compilable(order_of)
