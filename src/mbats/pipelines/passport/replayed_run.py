"""A trade of a backtest made again: the decision from what was known then, and all that came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.passport import NothingToReplay
from mbats.ledger.decisions import Decisions
from mbats.ledger.journal import Kind
from mbats.market.conversion import Conversion
from mbats.market.local_time import nanoseconds
from mbats.pipelines.passport.decided import decided
from mbats.pipelines.passport.events import events, family
from mbats.pipelines.passport.replay import Check, Difference, Replay, differences, rows_told, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.journal import Journal
    from mbats.market.bars import Bars
    from mbats.pipelines.passport.decided import Decided
    from mbats.pipelines.passport.passport import Passport
    from mbats.simulation.simulator import Simulation, Simulator

_DECISION = "the decision, from the bars that were known then"
_EVENTS = "the orders and fills, from the whole run"


def replayed(
    passport: Passport, number: int, simulation: Simulation, rates: Mapping[str, Bars], simulator: Simulator
) -> Replay:
    """Simulate again up to the decision, without any later bar, and then the whole run; compare with the journal.

    That no later bar is there proves beside the bits that the decision did not look ahead.

    Parameters
    ----------
    simulation
        What the run was, from its snapshot and its strategies' code.
    rates
        All bars of the snapshot: those that convert money, too.
    """
    whole = simulator.run(simulation)
    checks = [_decided_again(one, simulation, rates, simulator) for one in passport.decisions]
    if not checks:
        checks = [_ordered_again(passport, simulation, rates, simulator)]
    return Replay((*checks, _events_again(passport, number, whole)))


def known_by(simulation: Simulation, rates: Mapping[str, Bars], time: int) -> Simulation:
    """Return a simulation as it could have been run at a moment: without the bars that nobody knew by then."""
    market = {symbol: known for symbol, bars in simulation.market.items() if len(known := _until(bars, time))}
    shares = tuple(
        replace(share, instruments=traded)
        for share in simulation.allocations
        if (traded := tuple(symbol for symbol in share.instruments if symbol in market))
    )
    conversion = Conversion(simulation.account.currency, {symbol: _until(bars, time) for symbol, bars in rates.items()})
    return replace(simulation, allocations=shares, market=market, conversion=conversion)


def _until(bars: Bars, time: int) -> Bars:
    return bars.rows(0, int(np.searchsorted(bars.known_at, time, side="right")))


def _decided_again(one: Decided, simulation: Simulation, rates: Mapping[str, Bars], simulator: Simulator) -> Check:
    journal = simulator.run(known_by(simulation, rates, one.time))
    found = _decision(journal, one)
    what = f"{_DECISION}, {one.at:%Y-%m-%d %H:%M}"
    if found is None:
        return Check(what, (Difference("decision", told(one), None),))
    return Check(what, differences(told(one), told(found)))


def _decision(journal: Journal, one: Decided) -> Decided | None:
    rows = journal.rows(Kind.DECISION)
    at = rows[journal.time[rows] == one.time]
    same = (found for row in at.tolist() if (found := decided(journal, row)).instrument == one.instrument)
    return next(same, None)


def _ordered_again(
    passport: Passport, simulation: Simulation, rates: Mapping[str, Bars], simulator: Simulator
) -> Check:
    """Compare the order that opened the trade, where a strategy tells no decisions."""
    opened = next((one for one in passport.events if one.event == "order"), None)
    if opened is None:
        raise NothingToReplay(trade=passport.trade.reference, why="no order of the run opened it")
    time = nanoseconds(opened.time)
    journal = simulator.run(known_by(simulation, rates, time))
    row = Decisions(journal).ordered(opened.order)
    now = {} if row is None else {"units": float(journal.units[row]), "time": int(journal.time[row])}
    was = {"units": opened.units, "time": time}
    return Check(f"the order that opened it, {opened.time:%Y-%m-%d %H:%M}", differences(was, now))


def _events_again(passport: Passport, number: int, journal: Journal) -> Check:
    found = family(journal, number)
    now = rows_told(events(journal, found)) if found else {}
    return Check(_EVENTS, differences(rows_told(passport.events), now))
