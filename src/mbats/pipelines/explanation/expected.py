"""The backtest of what a session saw: its strategies, its bars, its account, from the moment it began to decide."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import numpy as np

from mbats.execution.costs import OANDA_US
from mbats.ledger.account import rounded
from mbats.ledger.judgement import judge
from mbats.ledger.terms import Account
from mbats.live.memory import Memory
from mbats.live.options import Options
from mbats.market.conversion import Conversion
from mbats.pipelines.walk_forward.warm import warmed
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.model_signal import beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.financing import FinancingRates
    from mbats.ledger.run import RunInfo, RunResult
    from mbats.live.store import Entry, SessionTerms
    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from mbats.simulation.simulator import Simulator


class Record(NamedTuple):
    """All that is known of a session: its terms, its log, and its instruments."""

    terms: SessionTerms
    entries: Sequence[Entry]
    instruments: Mapping[str, Instrument]

    def memory(self) -> Memory:
        """Return the fold of the log."""
        return Memory.of(self.terms, self.entries, self.instruments)


def booked(record: Record) -> Decimal:
    """Return what the session earned by the venue's own log, open trades at liquidation prices."""
    memory = record.memory()
    assert memory.book is not None
    last = max(memory.history.last(symbol) or 0 for symbol in record.instruments)
    nav = memory.view(last, 2**63 - 1, _markup(record.terms)).nav
    return rounded(Decimal(repr(nav)) - memory.book.opening, Account().places)


def expected(
    record: Record,
    allocations: Sequence[Allocation],
    simulator: Simulator,
    info: RunInfo,
    financing: FinancingRates | None = None,
) -> tuple[RunResult, int]:
    """Simulate a session over the bars in its log, and judge it; also return since when it decided.

    Strategies see all bars since the session's anchor and act from its start on, as the session did.

    Parameters
    ----------
    simulator
        One that turns away what Backtrader strategies order before the session's start: they warm up on its bars.
    info
        Of the live run.
    financing
        Dated rates, where they are known; else none is charged.
    """
    memory = record.memory()
    assert memory.book is not None
    assert memory.started is not None
    whole = {symbol: memory.history.bars(symbol) for symbol in record.instruments}
    raw = any(isinstance(share.strategy, type) for share in allocations)
    since = 0 if raw else memory.started
    market = {symbol: _since(whole[symbol], since) for symbol in record.terms.instruments}
    shares = tuple(
        replace(share, strategy=warmed(beside(share.strategy, whole.__getitem__), whole)) for share in allocations
    )
    account = Account(memory.book.currency, memory.book.opening)
    conversion = Conversion(account.currency, whole)
    costs = replace(OANDA_US, conversion_markup=_markup(record.terms))
    simulation = Simulation(shares, market, account, conversion, costs, financing=financing)
    simulated = replace(info, id=uuid4(), simulator="expected")
    result = judge(simulated, simulator.run(simulation), market, conversion, account, costs)
    return result, memory.started


def _markup(terms: SessionTerms) -> float:
    return Options.read(terms.options).markup


def _since(bars: Bars, started: int) -> Bars:
    """Return the bars that were decided on: those that closed at the start or later."""
    first = int(np.searchsorted(bars.known_at, started, side="left"))
    return bars.rows(first, len(bars))
