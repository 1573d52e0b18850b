"""The kernel under `venue` rules and a session on the fake venue make the same trades of the same decisions.

The two see one path of prices. A stop that a gap fills at the open goes before the market order decided at the close
before; the kernel has the market order first, at the same price: fills of one moment and price are compared as one.
"""

import asyncio
from dataclasses import fields, replace
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from fakes.broker import FakeVenue
from fakes.live import ID, run, session_of, wandering
from mbats.execution.broker import Kind
from mbats.execution.costs import Costs
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Kind as Row
from mbats.ledger.terms import Account
from mbats.live.journal import journal
from mbats.market.conversion import Conversion
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.signal import Signals, SignalStrategy
from parity.native_cases import signals_of

COSTS = Costs("live", financing=False)
STARTS = {"EUR_USD": 1.1, "GBP_USD": 1.3, "EUR_GBP": 0.85}


class Foretold(SignalStrategy):
    """Says row by row what it was given, whatever number of bars it sees."""

    signals: Any

    def decide(self, bars):
        return _first(self.signals[bars.instrument.symbol], len(bars))


def _first(signals, rows):
    arrays = {f.name: getattr(signals, f.name) for f in fields(Signals)}
    cut = {name: column[:rows] for name, column in arrays.items() if isinstance(column, np.ndarray)}
    return replace(signals, **cut, columns={name: column[:rows] for name, column in signals.columns.items()})


def _market(seed, count, rows=120):
    rng = np.random.default_rng(seed)
    holes = float(rng.choice([0.0, 0.1]))
    names = list(STARTS)[:count]
    market = {s: wandering(s, 10 * seed + k, rows, STARTS[s], 0.002, holes) for k, s in enumerate(names)}
    begins = max(int(bars.time[0]) for bars in market.values())
    return {symbol: bars.between(begins, 2**62) for symbol, bars in market.items()}


def _session(market, shares):
    venue = FakeVenue(market, min(int(bars.time[0]) for bars in market.values()))
    session = session_of(venue, shares, strategies=tuple({"name": one.strategy.name} for one in shares))
    run(session)
    return venue, session


def _log(session):
    return session._store.entries(ID)


def _merged(fills):
    """Fills of an instrument as (price, units), those next to each other at one price as one."""
    return [(price, sum(units for _, units in group)) for price, group in groupby(fills, key=lambda fill: fill[0])]


def _kernel(market, shares):
    told = Kernel(market, Account(), Conversion("USD", market), COSTS).run(shares)
    names = tuple(market)
    return {
        symbol: _merged(
            (one.price, one.units) for one in told if one.kind == Row.FILL and names[one.instrument] == symbol
        )
        for symbol in market
    }


def _live(venue):
    return {
        symbol: _merged(
            (float(one.price), float(one.units))
            for one in venue.log
            if one.kind is Kind.FILL and one.instrument == symbol
        )
        for symbol in venue.market
    }


@pytest.mark.parametrize("seed", range(16))
def test_every_field_of_signals(seed):
    rng = np.random.default_rng(seed)
    market = _market(seed, int(rng.choice([1, 1, 2, 3])))
    signals = {symbol: signals_of(rng, bars) for symbol, bars in market.items()}
    shares = [Allocation(Foretold(signals=signals), tuple(market), FixedUnits(333.3))]
    venue, session = _session(market, shares)
    assert _live(venue) == _kernel(market, shares)
    assert session.book.balance == venue.balance


def test_sizes_by_the_net_asset_value_of_its_own_book():
    market = _market(7, 1, rows=300)
    shares = [Allocation(RsiBracket(rsi_period=5), ("EUR_USD",), PercentRisk(0.5))]
    venue, _ = _session(market, shares)
    assert _live(venue) == _kernel(market, shares)
    assert len(_live(venue)["EUR_USD"]) > 40


def test_target_strategies():
    market = _market(3, 3)
    shares = [Allocation(MomentumPanel(lookback=5, volatility_period=10, rebalance=3), tuple(market), FixedUnits(1e4))]
    venue, _ = _session(market, shares)
    assert _live(venue) == _kernel(market, shares)
    assert all(_live(venue).values())


def test_the_journal_is_that_of_the_backtest():
    """Row for row, but for times: a venue's fills bear their moment, a simulator's the opening of their bar."""
    market = _market(7, 1, rows=300)
    shares = [Allocation(RsiBracket(rsi_period=5), ("EUR_USD",), FixedUnits(1000))]
    venue, session = _session(market, shares)
    simulated = Kernel(market, Account(), Conversion("USD", market), COSTS).run(shares)
    told = journal(session.terms, _log(session), {"EUR_USD": market["EUR_USD"].instrument})
    assert (simulated.kind[-1], len(simulated)) == (Row.ORDER, len(told) + 1)  # the session knows that the market ended
    rows = _in_turn(simulated)[: len(told)], _in_turn(told)
    for name in ("kind", "instrument", "strategy", "role", "type", "reason", "currency", "units", "amount", "rate"):
        np.testing.assert_array_equal(getattr(simulated, name)[rows[0]], getattr(told, name)[rows[1]], err_msg=name)
    for name in ("price", "stop", "target", "mid", "pnl"):
        pair = getattr(simulated, name)[rows[0]], getattr(told, name)[rows[1]]
        np.testing.assert_allclose(*pair, rtol=1e-9, atol=1e-9, err_msg=name)
    assert {*simulated.extras} == {*told.extras}
    for name, column in simulated.extras.items():
        np.testing.assert_array_equal(column, told.extras[name])
    assert keep_books(told, Account()).balance == venue.balance


def _in_turn(one):
    """Row numbers with the children of an entry in one order: venues send the target before the stop."""
    keys = zip(one.kind.tolist(), one.parent.tolist(), strict=True)
    runs = groupby(enumerate(keys), key=lambda row: row[1] if row[1][0] == Row.ORDER and row[1][1] else row[0])
    return [row for _, run in runs for row in sorted((row for row, _ in run), key=lambda row: one.role[row])]


def test_it_goes_on_where_another_process_left_off():
    market = _market(7, 1, rows=200)
    shares = [Allocation(RsiBracket(rsi_period=5), ("EUR_USD",), FixedUnits(1000))]
    venue = FakeVenue(market, int(market["EUR_USD"].time[0]))
    session = session_of(venue, shares)

    async def live(session):
        turns = 0
        while await session.turn() and await venue.next(venue.now()):
            turns += 1
            if turns % 20 == 0:
                session = session_of(venue, shares, session._store)

    asyncio.run(live(session))
    assert _live(venue) == _kernel(market, shares)
