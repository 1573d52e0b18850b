"""Tiny markets, worked out by hand: ticks of 0.01, a spread of 0.02, hours from 2024-01-02 09:00 UTC on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from fuzz.comparison import compare_journals
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.errors.base import MbatsError
from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.execution.order import Reason, Role
from mbats.ledger.journal import Event, Journal, Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.simulator import KernelSimulator, runs
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Signals, SignalStrategy

HOUR = 3_600 * 10**9
NINE = int(np.datetime64("2024-01-02T09:00", "ns").astype(np.int64))
FREE_OF_MARKUP = Costs("test", conversion_markup=0.0)


def instrument(symbol: str = "EUR_USD", margin_rate: str = "0.02") -> Instrument:
    base, quote = symbol.split("_")
    cent = Decimal("0.01")
    return Instrument(symbol, AssetClass.FX, base, quote, cent, cent, margin_rate=Decimal(margin_rate))


def bars(
    rows: Sequence[tuple[float, float, float, float]],
    symbol: str = "EUR_USD",
    spread: float | None = 0.02,
    hours: Sequence[int] | None = None,
    margin_rate: str = "0.02",
) -> Bars:
    """Bars from mid (open, high, low, close); bid and ask lie half the spread on either side."""
    mid = np.array(rows, dtype=np.float64)
    time = NINE + np.array(hours if hours is not None else range(len(rows)), dtype=np.int64) * HOUR

    def side(distance: float) -> Quotes:
        return Quotes(*(np.ascontiguousarray(np.round(mid[:, column] + distance, 6)) for column in range(4)))

    return Bars(
        instrument(symbol, margin_rate),
        Timeframe("H1"),
        time,
        time + HOUR,
        side(0.0),
        np.zeros(len(rows)),
        None if spread is None else side(-spread / 2),
        None if spread is None else side(spread / 2),
    )


class Scripted(SignalStrategy):
    """Decides what the test wrote down; `script` maps symbols to the fields of `Signals`."""

    script: dict[str, dict[str, Any]]

    def decide(self, market: Bars) -> Signals:
        fields = self.script[market.instrument.symbol]
        length = len(market)

        def column(name: str, value: Any) -> Any:
            if name == "side":
                return np.array([*value, *[0] * (length - len(value))], dtype=np.int8)
            if name in COLUMNS:
                values = list(value) if isinstance(value, Sequence) else [value] * length
                return np.array([*values, *[values[-1]] * (length - len(values))])
            return value

        return Signals(**{name: column(name, value) for name, value in fields.items()})


COLUMNS = {
    *("stop_distance", "target_distance", "entry_price", "exit_long", "exit_short"),
    *("trailing_distance", "break_even_trigger", "size_hint"),
}


@dataclass
class Told:
    """A journal as a test reads it."""

    journal: Journal

    def of(self, *kinds: Kind) -> list[Event]:
        return [event for event in self.journal if event.kind in kinds]

    @property
    def fills(self) -> list[tuple[str, int, float, float]]:
        """Role, hour of the bar counted from the first, units, price."""
        return [
            (Role(event.role).name, int((event.time - NINE) // HOUR), event.units, round(event.price, 9))
            for event in self.of(Kind.FILL)
        ]

    @property
    def pnl(self) -> list[float]:
        return [round(event.pnl, 9) for event in self.of(Kind.FILL)]

    def reasons(self, kind: Kind) -> list[str]:
        return [Reason(event.reason).name for event in self.of(kind)]


@pytest.fixture
def run() -> Callable[..., Told]:
    """Run allocations (or one scripted strategy) over bars and tell what happened.

    What the kernel can run it runs as well, and must tell the same to the last bit.
    """

    def tell(market: Bars | dict[str, Bars], script: Any = None, **terms: Any) -> Told:
        told = simulation(market, script, **terms)
        theirs = outcome(BacktraderSimulator(), told)
        if all(map(runs, told.allocations)):
            compare(outcome(KernelSimulator(), told), theirs)
        if isinstance(theirs, MbatsError):
            raise theirs
        return Told(theirs)

    return tell


def outcome(simulator: Any, told: Simulation) -> Any:
    """The journal, or the error that was raised."""
    try:
        return simulator.run(told)
    except MbatsError as error:
        return error


def compare(ours: Any, theirs: Any) -> None:
    """Fail unless two outcomes are the same."""
    if isinstance(theirs, MbatsError):
        assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    else:
        different = compare_journals(ours, theirs, ("kernel", "Backtrader"))
        assert different is None, different.story


def simulation(
    market: Bars | dict[str, Bars],
    script: Any = None,
    *,
    units: float = 100.0,
    sizing: Any = None,
    cash: float = 1_000.0,
    costs: Costs = FREE_OF_MARKUP,
    fills: FillRules = FillRules.VENUE,
    leverage: float | None = None,
    allocations: tuple[Allocation, ...] = (),
    conversion: Conversion | None = None,
    financing: Any = None,
) -> Simulation:
    market = {market.instrument.symbol: market} if isinstance(market, Bars) else market
    if isinstance(script, dict):
        single = "side" in script
        script = Scripted(script=dict.fromkeys(market, script) if single else script)
    shares = allocations or (Allocation(script, tuple(market), sizing or FixedUnits(units)),)
    account = Account("USD", Decimal(str(cash)), leverage)
    return Simulation(shares, market, account, conversion or Conversion("USD", {}), costs, fills, financing)


@pytest.fixture(name="bars")
def bars_fixture() -> Callable[..., Bars]:
    """The maker of tiny bars."""
    return bars


@pytest.fixture
def make_simulation() -> Callable[..., Simulation]:
    """The maker of simulations over tiny bars."""
    return simulation
