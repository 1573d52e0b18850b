"""Searches for the best parameters of a real strategy on markets that lead nowhere, simulated without costs."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mbats.evidence.track_record import TrackRecord
from mbats.execution.costs import FREE
from mbats.features.indicators.sharing import shared_columns
from mbats.ledger.daily import daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.samples.rsi_bracket import RsiBracket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

GRID = [
    {"rsi_period": period, "stop_atr": stop, "target_atr": target}
    for period, stop, target in product((8, 13, 20, 30, 45), (0.5, 1.0, 1.5, 2.0, 3.0), (1.0, 2.0))
]
_STEPS, _OF_AN_HOUR = 12, 5e-4
_MONDAY, _HOUR = np.datetime64("2018-01-01T00", "h"), np.timedelta64(1, "h")


def walk(dice: np.random.Generator, days: int) -> Bars:
    """Return hourly bars of a Brownian motion without drift, Monday to Friday; no gap but the pause of its clock.

    Each hour is made of steps, and the high and low of a step are those of a Brownian bridge between its ends, drawn
    one by one: a level that is touched was touched, so that fills at stops and targets are fair.
    """
    hours = _MONDAY + np.arange(days // 5 * 7 * 24) * _HOUR
    hours = hours[(hours.astype("datetime64[D]") - 4).astype(np.int64) % 7 < 5]
    step = _OF_AN_HOUR / np.sqrt(_STEPS)
    moves = dice.standard_normal((len(hours), _STEPS)) * step
    ends = 1.1 + np.cumsum(moves).reshape(moves.shape)
    high, low = (ends - moves + reach for reach in _reach(dice, moves, step))
    close = ends[:, -1]
    opening = np.append(1.1, close[:-1])
    mid = Quotes(opening, high.max(axis=1), low.min(axis=1), close)
    time, frame = hours.astype("datetime64[ns]").astype(np.int64), Timeframe("H1")
    return Bars(fx_pair("EUR_USD"), frame, time, known_at(time, frame), mid, np.zeros(len(time)), synthetic=True)


def _reach(
    dice: np.random.Generator, moves: NDArray[np.float64], step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far each step went up and down from its beginning (Karatzas and Shreve 1991, section 2.8)."""
    further = [np.sqrt(moves**2 - 2 * step**2 * np.log(dice.random(moves.shape))) for _ in range(2)]
    return (moves + further[0]) / 2, (moves - further[1]) / 2


def search(seed: int, days: int) -> list[TrackRecord]:
    """Return the record of every cell of the grid on one walk."""
    bars = walk(np.random.default_rng(seed), days)
    market = {"EUR_USD": bars}
    account, conversion = Account(), Conversion("USD", market)
    ends, simulator = DayEnds.of(market, conversion, account, FREE), KernelSimulator()
    found = []
    with shared_columns():
        for parameters in GRID:
            share = Allocation(RsiBracket(**parameters), ("EUR_USD",), FixedUnits())
            daily = daily_figures(simulator.run(Simulation((share,), market, account, conversion, FREE)), ends)
            ratio, skewness, kurtosis = (daily.figures[name] for name in ("daily_sharpe", "skewness", "kurtosis"))
            found.append(TrackRecord(ratio or 0.0, len(daily.returns), skewness or 0.0, kurtosis or 3.0))
    return found


def searches(count: int, days: int, seed: int) -> Iterator[list[TrackRecord]]:
    """Yield the records of searches on `count` walks, on all cores."""
    with ProcessPoolExecutor() as pool:
        yield from pool.map(partial(search, days=days), range(seed, seed + count), chunksize=4)
