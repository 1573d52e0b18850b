"""A market of some days, steps that change at 17:00 New York, and a strategy that does as it is told."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.execution.order import Role
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.pipelines.walk_forward.composition import STEP
from mbats.pipelines.walk_forward.windows import Step, Window
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Entry, OnOpenPosition, Signals, SignalStrategy

HOUR = 3_600 * 10**9
START = int(np.datetime64("2024-01-02T09:00", "ns").astype(np.int64))
BOUNDARIES = (START, START + 13 * HOUR, START + 37 * HOUR)  # 22:00 UTC is 17:00 New York
DUE = 12  # the first row that is due to step 2: opens at 21:00, is known at 22:00


class Told(SignalStrategy):
    """Buys, sells and closes at the bars it is told, counted in hours from `START`."""

    buys: tuple[int, ...] = ()
    sells: tuple[int, ...] = ()
    exits: tuple[int, ...] = ()
    manner: OnOpenPosition = OnOpenPosition.IGNORE
    entry: Entry = Entry.MARKET
    price: float = 1.0
    stop: float = 0.0
    max_bars: int = 0
    expiry: int = 0

    def decide(self, bars):
        hour = (bars.time - START) // HOUR
        side = np.isin(hour, self.buys).astype(np.int8) - np.isin(hour, self.sells).astype(np.int8)
        leave = np.isin(hour, self.exits)
        return Signals(
            side=side,
            stop_distance=np.full(len(bars), self.stop) if self.stop else None,
            entry=self.entry,
            entry_price=np.full(len(bars), self.price),
            expiry_bars=self.expiry,
            exit_long=leave,
            exit_short=leave,
            max_bars=self.max_bars,
            on_open_position=self.manner,
            columns={"hour": hour.astype(np.float64)},
        )


def market(closes, symbol="EUR_USD", hours=None):
    base, quote = symbol.split("_")
    cent = Decimal("0.01")
    close = np.asarray(closes, dtype=np.float64)
    opening = np.append(close[:1], close[:-1])
    mid = Quotes(opening, np.maximum(opening, close), np.minimum(opening, close), close)
    time = START + np.asarray(range(len(close)) if hours is None else hours, dtype=np.int64) * HOUR
    instrument = Instrument(symbol, AssetClass.FX, base, quote, cent, cent, margin_rate=Decimal("0.02"))
    return Bars(instrument, Timeframe("H1"), time, time + HOUR, mid, np.zeros(len(close)), mid, mid)


def steps(boundaries=BOUNDARIES, end=START + 1_000 * HOUR):
    ends = (*boundaries[1:], end)
    windows = [Window(start, stop) for start, stop in zip(boundaries, ends, strict=True)]
    return [Step(number, Window(0, test.start), test) for number, test in enumerate(windows, start=1)]


def simulation(bars, fills=FillRules.VENUE, strategy=None):
    share = Allocation(strategy or Told(), tuple(bars), FixedUnits(100))
    account = Account("USD", Decimal(100_000))
    costs = Costs("free", conversion_markup=0.0, financing=False)
    return Simulation((share,), bars, account, Conversion("USD", bars), costs, fills)


def fills(journal):
    """Return role, hour and sign of each fill."""
    rows = journal.rows(Kind.FILL)
    return [
        (Role(role).name, (time - START) // HOUR, int(np.sign(units)))
        for role, time, units in zip(*(column[rows].tolist() for column in _told(journal)), strict=True)
    ]


def decided(journal):
    """Return hour of the bar and step of each decision."""
    rows = journal.rows(Kind.DECISION)
    hours = (journal.time[rows] - START) // HOUR - 1
    return list(zip(hours.tolist(), journal.extras[STEP].astype(int).tolist(), strict=True)) if len(rows) else []


def _told(journal):
    return journal.role, journal.time, journal.units
