"""A trade of a backtest made again: the decision from what was known then, and all that came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mbats.errors.passport import NothingToReplay
from mbats.ledger.decisions import Decisions
from mbats.ledger.journal import Kind
from mbats.market.conversion import Conversion
from mbats.market.local_time import nanoseconds
from mbats.pipelines.passport.decided import decided
from mbats.pipelines.passport.events import events, family
from mbats.pipelines.passport.replay import Check, Difference, Replay, differences, rows_told, told
from mbats.pipelines.passport.rescored import known, rescored
from mbats.strategies.model_signal import beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.journal import Journal
    from mbats.market.bars import Bars
    from mbats.models.scoring.version_scorer import VersionScorer
    from mbats.pipelines.passport.decided import Decided
    from mbats.pipelines.passport.passport import Passport
    from mbats.simulation.simulator import Simulation, Simulator

_DECISION = "the decision, from the bars that were known then"
_EVENTS = "the orders and fills, from the whole run"


class RunAgain(NamedTuple):
    """What a stored run was simulated on.

    Attributes
    ----------
    simulation
        From its snapshot and its strategies' code.
    bars
        All that it read: the traded instruments, those that models read beside them, those that convert money.
    simulator
        The same as then.
    """

    simulation: Simulation
    bars: Mapping[str, Bars]
    simulator: Simulator

    def until(self, time: int) -> Journal:
        """Simulate as it could have been done at a moment, without the bars that nobody knew by then."""
        there = {symbol: known(bars, time) for symbol, bars in self.bars.items()}
        market = {symbol: there[symbol] for symbol in self.simulation.market if len(there[symbol])}
        shares = tuple(
            replace(share, instruments=traded)
            for share in self.simulation.allocations
            if (traded := tuple(symbol for symbol in share.instruments if symbol in market))
        )
        conversion = Conversion(self.simulation.account.currency, there)
        return self._run(replace(self.simulation, allocations=shares, market=market, conversion=conversion), there)

    def whole(self) -> Journal:
        """Simulate all of it."""
        return self._run(self.simulation, self.bars)

    def _run(self, simulation: Simulation, bars: Mapping[str, Bars]) -> Journal:
        shares = (replace(one, strategy=beside(one.strategy, bars.__getitem__)) for one in simulation.allocations)
        return self.simulator.run(replace(simulation, allocations=tuple(shares)))


def replayed(passport: Passport, number: int, run: RunAgain, scorer: VersionScorer | None = None) -> Replay:
    """Simulate again up to the decision, without any later bar, and then the whole run; compare with the journal.

    That no later bar is there proves beside the bits that the decision did not look ahead.

    Parameters
    ----------
    scorer
        Of the model version that had a say.
    """
    checks = [_decided_again(one, run) for one in passport.decisions] or [_ordered_again(passport, run)]
    again = _events_again(passport, number, run.whole())
    if scorer is not None and passport.decisions:
        score, inputs = rescored(scorer, passport.decisions[0], run.bars.__getitem__)
        return Replay((score, *checks, again), inputs)
    return Replay((*checks, again))


def _decided_again(one: Decided, run: RunAgain) -> Check:
    journal = run.until(one.time)
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


def _ordered_again(passport: Passport, run: RunAgain) -> Check:
    """Compare the order that opened the trade, where a strategy tells no decisions."""
    opened = next((one for one in passport.events if one.event == "order"), None)
    if opened is None:
        raise NothingToReplay(trade=passport.trade.reference, why="no order of the run opened it")
    time = nanoseconds(opened.time)
    journal = run.until(time)
    row = Decisions(journal).ordered(opened.order)
    now = {} if row is None else {"units": float(journal.units[row]), "time": int(journal.time[row])}
    was = {"units": opened.units, "time": time}
    return Check(f"the order that opened it, {opened.time:%Y-%m-%d %H:%M}", differences(was, now))


def _events_again(passport: Passport, number: int, journal: Journal) -> Check:
    found = family(journal, number)
    now = rows_told(events(journal, found)) if found else {}
    return Check(_EVENTS, differences(rows_told(passport.events), now))
