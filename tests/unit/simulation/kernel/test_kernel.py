"""The driver of the compiled loops; what happens in a bar is told by the cases worked out by hand for Backtrader."""

from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from fakes.market import hourly
from mbats.errors.simulation import BeyondTheKernel
from mbats.execution.costs import FREE, Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel import kernel as driver
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Signals, SignalStrategy

BARS = hourly("EUR_USD", [1.1, 1.2, 1.3, 1.25] * 500)


class Alternating(SignalStrategy):
    """Buys every fourth bar for two bars."""

    def decide(self, bars):
        rows = np.arange(len(bars))
        return Signals((rows % 4 == 0).astype(np.int8), max_bars=2, columns={"row": rows.astype(float)})


class Flexible:
    """A sizing rule of somebody's own."""

    def units(self, situation):
        return situation.nav / 100


def simulation(**changes):
    share = Allocation(Alternating(), ("EUR_USD",), FixedUnits(10))
    told = Simulation((share,), {"EUR_USD": BARS}, Account("USD", Decimal(1_000)), Conversion("USD", {}), FREE)
    return replace(told, **changes)


def test_what_strategies_show_stands_beside_their_decisions():
    journal = KernelSimulator().run(simulation())
    decisions = journal.rows(Kind.DECISION)
    assert journal.extras["row"].tolist() == np.searchsorted(BARS.known_at, journal.time[decisions]).tolist()


def test_one_kernel_runs_again_and_again(monkeypatch):
    monkeypatch.setattr(driver, "_ROWS", 1_024)
    told = simulation()
    kernel = Kernel(told.market, told.account, told.conversion, told.costs)
    first, second = (kernel.run(told.allocations) for _ in range(2))
    assert list(map(repr, first)) == list(map(repr, second))
    assert len(first) > 1_024  # the first run had to ask for more room on its way


def test_pauses_and_growth_leave_no_trace(monkeypatch):
    expected = list(map(repr, KernelSimulator().run(simulation())))
    monkeypatch.setattr(driver, "_BARS_A_LOOK", 7)
    monkeypatch.setattr(driver, "_ROWS", 64)
    steps = []

    @contextmanager
    def watch(what, total):
        assert (what, total) == ("Simulating", len(BARS))
        yield steps.append

    assert list(map(repr, KernelSimulator(watch).run(simulation()))) == expected
    assert sum(steps) == len(BARS)
    assert len(steps) > 100


def test_nothing_decided_is_an_empty_journal():
    class Silent(SignalStrategy):
        def decide(self, bars):
            return Signals(np.zeros(len(bars), np.int8), columns={"row": np.zeros(len(bars))})

    journal = KernelSimulator().run(simulation(allocations=(Allocation(Silent(), ("EUR_USD",), FixedUnits()),)))
    assert (len(journal), journal.extras) == (0, {})


@pytest.mark.parametrize(
    "share",
    [Allocation(Alternating(), ("EUR_USD",), Flexible()), Allocation(Alternating, ("EUR_USD",), FixedUnits())],
)
def test_what_does_not_compile_is_refused_with_the_way_out(share):
    with pytest.raises(BeyondTheKernel, match="--simulator backtrader"):
        KernelSimulator().run(simulation(allocations=(share,)))


@pytest.mark.parametrize("fills", FillRules)
def test_the_rows_of_money_are_those_of_the_whole_journal(fills):
    told = simulation(costs=Costs("all", Spread(SpreadSource.FIXED, 1.0), Commission(per_unit=1e-4)), fills=fills)
    kernel = Kernel(told.market, told.account, told.conversion, told.costs, told.fills)
    whole, money = kernel.run(told.allocations), kernel.run(told.allocations, only_money=True)
    rows = np.flatnonzero(np.isin(whole.kind, (Kind.FILL, Kind.FEE)))
    assert list(map(repr, money)) == list(map(repr, whole.events(rows)))
    assert 0 < len(money) < len(whole)
