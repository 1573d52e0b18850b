import numpy as np
import pytest

from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe

HOUR = 3_600 * 10**9


def made_bars(symbol="EUR_USD", rows=400, seed=1, start=0):
    """Hourly bars of a random walk with gaps in time, bid and ask left out."""
    rng = np.random.default_rng(seed)
    close = 1.2 + np.cumsum(rng.normal(0, 1e-3, rows))
    opens = np.concatenate([[1.2], close[:-1]])
    reach = np.abs(rng.normal(0, 5e-4, (2, rows)))
    time = (np.arange(rows) + start + (np.arange(rows) // 100) * 48) * HOUR
    quotes = Quotes(opens, np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1], close)
    return Bars(fx_pair(symbol), Timeframe("H1"), time, time + HOUR, quotes, np.zeros(rows))


@pytest.fixture
def bars():
    return made_bars()


@pytest.fixture
def make_bars():
    return made_bars
