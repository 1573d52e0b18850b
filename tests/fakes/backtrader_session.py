"""Sessions of `bt.Strategy` classes over the fake venue, and the same classes in a simulation that begins as late."""

from __future__ import annotations

from fakes.broker import FakeVenue
from fakes.live import session_of
from mbats.adapters.backtrader.live_desk import BacktraderDesk


def backtrader_desks(allocations):
    return [
        BacktraderDesk(one.strategy, one.instruments, one.sizing, number, one.parameters)
        for number, one in enumerate(allocations)
    ]


def backtrader_session(venue: FakeVenue, allocations, store=None, **facts):
    """A session over `venue`; one that begins where the store's log ends, if it has one."""
    names = tuple({"name": one.strategy.__name__} for one in allocations)
    return session_of(venue, allocations, store, desks=backtrader_desks, strategies=names, **facts)
