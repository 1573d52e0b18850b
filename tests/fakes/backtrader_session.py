"""Sessions of `bt.Strategy` classes over the fake venue, and the same classes in a simulation that begins as late."""

from __future__ import annotations

from itertools import groupby

from fakes.broker import FakeVenue
from fakes.live import session_of
from mbats.adapters.backtrader.live_desk import BacktraderDesk
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.broker import Kind
from mbats.execution.costs import Costs
from mbats.ledger.journal import Kind as Row
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.simulation.simulator import Simulation


def backtrader_desks(allocations):
    return [
        BacktraderDesk(one.strategy, one.instruments, one.sizing, number, one.parameters)
        for number, one in enumerate(allocations)
    ]


def backtrader_session(venue: FakeVenue, allocations, store=None, **facts):
    """A session over `venue`; one that begins where the store's log ends, if it has one."""
    names = tuple({"name": one.strategy.__name__} for one in allocations)
    return session_of(venue, allocations, store, desks=backtrader_desks, strategies=names, **facts)


def simulated(market, allocations, begins):
    """Fills by symbol in a simulation whose strategies may trade from `begins` on."""
    costs = Costs("live", financing=False)
    simulation = Simulation(tuple(allocations), market, Account(), Conversion("USD", market), costs)
    told, names = BacktraderSimulator(begins=begins).run(simulation), tuple(market)
    return {
        symbol: merged(
            (one.price, one.units) for one in told if one.kind == Row.FILL and names[one.instrument] == symbol
        )
        for symbol in market
    }


def fills_of(venue):
    """Fills by symbol at the venue."""
    fills = [one for one in venue.log if one.kind is Kind.FILL]
    return {
        symbol: merged((float(one.price), float(one.units)) for one in fills if one.instrument == symbol)
        for symbol in venue.market
    }


def merged(fills):
    """Fills as (price, units), those next to each other at one price as one."""
    return [(price, sum(units for _, units in group)) for price, group in groupby(fills, key=lambda fill: fill[0])]
