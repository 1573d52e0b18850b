"""Backtrader under venue rules makes the very cash flows that were worked by hand, from bars to balance."""

from decimal import Decimal

import numpy as np
import pytest

from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.costs import OANDA_US
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.execution.order import Role
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Kind
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Signals, SignalStrategy

HOUR = 3_600_000_000_000
# Yearly rates of the side that is held; the other side would cost so much that no test could miss it.
RATES = {"EUR_USD": (-0.03, -9.0), "EUR_GBP": (-0.0219, -9.0), "USD_CAD": (0.0146, -9.0), "USD_JPY": (-9.0, -0.0146)}


class Timetable(SignalStrategy):
    """Enters and leaves at set times: the bar before each decides, so that the order fills at its open."""

    entries: tuple[tuple[int, float], ...]
    exits: tuple[int, ...]
    unit: float

    def decide(self, bars):
        side, leave = np.zeros(len(bars), dtype=np.int8), np.zeros(len(bars), dtype=np.bool_)
        size = np.ones(len(bars))
        for time, units in self.entries:
            row = np.searchsorted(bars.time, time - HOUR)
            side[row], size[row] = np.sign(units), abs(units) / self.unit
        for time in self.exits:
            leave[np.searchsorted(bars.time, time - HOUR)] = True
        return Signals(side, exit_long=leave, exit_short=leave, size_hint=size)


@pytest.fixture(scope="module")
def financing():
    rates = {symbol: DatedRates(np.array([0]), *np.array([[a], [b]]), "assumed") for symbol, (a, b) in RATES.items()}
    return FinancingRates(rates)


def allocation(by_hand, symbol):
    fills = [line for line in by_hand.table("fills") if line["instrument"] == symbol]
    entries = [(by_hand.moment(line["time"]), float(line["units"])) for line in fills if line["role"] == "entry"]
    exits = [by_hand.moment(line["time"]) for line in fills if line["role"] == "exit"]
    unit = abs(entries[0][1])
    return Allocation(Timetable(entries=entries, exits=exits, unit=unit), (symbol,), FixedUnits(unit))


@pytest.fixture
def journal(by_hand, market, conversion, financing):
    allocations = tuple(allocation(by_hand, symbol) for symbol in by_hand.symbols)
    told = Simulation(allocations, market, by_hand.account, conversion, OANDA_US, financing=financing)
    return BacktraderSimulator().run(told)


def test_the_fills_are_those_of_the_table(journal, by_hand):
    rows = journal.rows(Kind.FILL)
    columns = (journal.time, journal.instrument, journal.units, journal.price, journal.mid, journal.rate, journal.role)
    found = [
        (time, journal.instruments[code], units, *np.round([price, mid, rate], 9).tolist(), Role(role).name.lower())
        for time, code, units, price, mid, rate, role in zip(
            *(column[rows].tolist() for column in columns), strict=True
        )
    ]
    lines = by_hand.table("fills")
    numbers = ("units", "price", "mid", "rate")
    assert sorted(found) == sorted(
        (by_hand.moment(line["time"]), line["instrument"], *(float(line[name]) for name in numbers), line["role"])
        for line in lines
    )


def test_each_cash_flow_of_the_simulated_account_equals_its_line(journal, by_hand):
    books = keep_books(journal, by_hand.account, OANDA_US.conversion_markup)
    booked = sorted(books.flows, key=lambda flow: (flow.time, journal.instruments[flow.instrument]))
    lines = by_hand.flows()
    assert [(flow.time, journal.instruments[flow.instrument], flow.flow.value, flow.amount) for flow in booked] == [
        line[:4] for line in lines
    ]
    assert books.balance == by_hand.end == Decimal("972.1848")
    # At mid the profit in USD_CAD is a tie, 209.53125: a float64 profit of 268.2 and a bit rounds to its other side.
    assert [float(flow.conversion_cost) for flow in booked] == pytest.approx(
        [float(line[4]) for line in lines], abs=1e-4
    )


def test_the_margin_call_is_recorded_before_the_closeout(journal):
    (call,) = journal.rows(Kind.MARGIN_CALL)
    (closeout,) = np.flatnonzero((journal.kind == Kind.FILL) & (journal.role == Role.CLOSEOUT))
    assert call < closeout
