"""Short markets with holes, gaps and weekends, and what the session trades on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fakes.market import MONDAY
from fakes.tapes import quoted
from mbats.bootstrap.exchange_market import recorded_market
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.calendar import expected_opens
from mbats.market.conversion import required
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

if TYPE_CHECKING:
    from mbats.bootstrap.exchange_market import Market
    from mbats.market.bars import Bars
    from torture.schedule import Schedule

WARM_UP = 4
_LEVELS = {"EUR_USD": 110_000, "GBP_USD": 127_000, "EUR_GBP": 86_000, "USD_JPY": 145_000}
_LONGEST = 400


class Nervous(SignalStrategy):
    """Wants something at every other bar; what, is drawn from `seed`."""

    seed: int
    tick: float

    def decide(self, bars: Bars) -> Signals:
        random, rows = np.random.default_rng(self.seed), len(bars)
        entry = Entry(int(random.integers(3)))
        habits = random.random(8)
        side, out = random.integers(-1, 2, _LONGEST)[:rows].astype(np.int8), random.random(_LONGEST)[:rows] < 0.08
        stop = self.tick * 10 * (4 + random.integers(12))
        away = np.where(side > 0, -1, 1) * (1 if entry is Entry.LIMIT else -1) * self.tick * 30
        return Signals(
            side=side,
            stop_distance=np.full(rows, stop),
            target_distance=np.full(rows, 1.5 * stop),
            anchor=Anchor.FILL if habits[0] < 0.5 else Anchor.SIGNAL_CLOSE,
            entry=entry,
            entry_price=bars.close + away if entry else None,
            expiry_bars=int(random.integers(4)) if entry else 0,
            on_open_position=tuple(OnOpenPosition)[int(random.integers(3))],
            exit_long=out,
            exit_short=out,
            max_bars=6 if habits[1] < 0.3 else 0,
            trailing_distance=np.full(rows, stop / 2) if habits[2] < 0.3 else None,
            break_even_trigger=np.full(rows, stop / 3) if habits[3] < 0.5 else None,
        )


class Shifting(TargetStrategy):
    """Wants other positions at every third bar."""

    seed: int

    def decide(self, panel) -> Targets:
        random = np.random.default_rng(self.seed)
        wanted = random.choice([-1.0, 0.0, 1.0, np.nan, np.nan, np.nan], (_LONGEST, len(panel.symbols)))
        return Targets(wanted[: len(panel.time)])


def tape(schedule: Schedule) -> dict[str, Bars]:
    """Return the bars of a schedule: what is traded, then what converts its money to dollars."""
    random = np.random.default_rng(schedule.seed)
    quotes = [symbol[4:] for symbol in schedule.symbols]
    symbols = dict.fromkeys((*schedule.symbols, *required("USD", quotes, _LEVELS)))
    start = MONDAY + schedule.offset * HOUR
    opens = expected_opens(start, start + 21 * 24 * HOUR, Timeframe("H1"))[: schedule.rows]
    return {symbol: _walk(symbol, opens, random) for symbol in symbols}


def _walk(symbol: str, opens, random) -> Bars:
    rows = len(opens)
    moves = random.integers(-60, 61, rows)
    jumps = np.where(random.random(rows) < 0.08, random.integers(-150, 151, rows), 0)
    close = _LEVELS[symbol] + np.cumsum(moves + jumps)
    opening = close - moves
    high = np.maximum(opening, close) + random.integers(0, 40, rows)
    low = np.minimum(opening, close) - random.integers(0, 40, rows)
    kept = random.random(rows) >= 0.06
    kept[:WARM_UP] = kept[-1] = True
    return quoted(symbol, opens[kept], np.column_stack([opening, high, low, close])[kept], spread=12)


def market(bars: dict[str, Bars]) -> Market:
    """Return the market of the exchange; time begins after the warm-up."""
    first = next(iter(bars.values()))
    rates = DatedRates(np.array([0]), np.array([-0.03]), np.array([0.01]), "made up")
    return recorded_market(bars, int(first.known_at[WARM_UP - 1]), FinancingRates(dict.fromkeys(bars, rates)))


def allocations(schedule: Schedule, bars: dict[str, Bars]) -> list[Allocation]:
    """Return what the session trades."""
    if schedule.targets:
        return [Allocation(Shifting(seed=schedule.seed), schedule.symbols, FixedUnits(1_000))]
    return [
        Allocation(
            Nervous(seed=schedule.seed + number, tick=float(bars[symbol].instrument.tick)), (symbol,), FixedUnits(1_000)
        )
        for number, symbol in enumerate(schedule.symbols)
    ]
