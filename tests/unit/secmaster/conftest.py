from dataclasses import replace

import numpy as np
import pytest

from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe
from mbats.secmaster.bar_table import BarTable

MONDAY = int(np.datetime64("2024-01-08T00:00", "ns").astype(np.int64))
WEEK = 7 * 86_400 * 10**9


@pytest.fixture
def bar_table():
    """Make a table of hourly bars with the given changes: bid_high={2: 1.0} sets that cell."""

    def make(rows=5, *, sides=False, **changes):
        steps = np.arange(rows) * 0.001
        mid = Quotes(1.10 + steps, 1.12 + steps, 1.09 + steps, 1.11 + steps)
        table = BarTable(
            file="eur.csv",
            symbol="EUR_USD",
            vendor="acme",
            timeframe=Timeframe("H1"),
            rows=np.arange(rows) + 2,
            time=MONDAY + np.arange(rows) * 3_600 * 10**9,
            volume=np.zeros(rows),
            price=mid,
        )
        if sides:
            bid, ask = (Quotes(*(np.array(getattr(mid, n)) + d for n in NAMES)) for d in (-0.0001, 0.0001))
            table = replace(table, bid=bid, ask=ask)
        for name, cells in changes.items():
            _column(table, name)[list(cells)] = list(cells.values())
        return table

    return make


NAMES = ("open", "high", "low", "close")


def _column(table, name):
    if name in {"time", "volume"}:
        return getattr(table, name)
    side, _, price = name.rpartition("_")
    return getattr({"": table.price, "bid": table.bid, "ask": table.ask}[side], price)


@pytest.fixture
def week():
    """Minute bars of one whole FX week, a random walk with a spread of a pip."""

    def make(timeframe="M1", seed=1, start=MONDAY - 86_400 * 10**9):
        frame = Timeframe(timeframe)
        time = expected_opens(start, start + WEEK, frame)
        rng = np.random.default_rng(seed)
        close = np.round(1.1 * np.exp(np.cumsum(rng.normal(0, 1e-4, len(time)))), 5)
        opens = np.append(1.1, close[:-1])
        high, low = np.maximum(opens, close) + 5e-5, np.minimum(opens, close) - 5e-5
        mid = Quotes(opens, high, low, close)
        bid, ask = (Quotes(*(getattr(mid, name) + d for name in NAMES)) for d in (-5e-5, 5e-5))
        return Bars(fx_pair("EUR_USD"), frame, time, known_at(time, frame), mid, np.zeros(len(time)), bid, ask, "acme")

    return make
