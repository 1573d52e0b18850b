"""What the judge of a training window may read."""

from dataclasses import replace

import numpy as np

from fakes.market import hourly
from mbats.bootstrap.walking import _first_beyond
from mbats.market.calendar import known_at
from mbats.market.instrument import AssetClass
from mbats.market.timeframe import Alignment, Timeframe
from mbats.pipelines.walk_forward.windows import Window

DAY = Timeframe("D")


def at(text):
    return int(np.datetime64(text, "ns").astype(np.int64))


def days(opens, alignment, **terms):
    """Return daily bars that open at the moments `opens`."""
    bars, time = hourly("EUR_USD", [1.1] * len(opens)), np.array([at(text) for text in opens])
    known = known_at(time, DAY, alignment, **terms)
    return replace(bars, timeframe=DAY, time=time, known_at=known, alignment=alignment)


def test_no_day_that_is_known_after_the_window_is_read_for_the_sake_of_another_instrument():
    pair = days([f"2024-01-{day:02}T00:00" for day in range(8, 13)], Alignment.UTC_MIDNIGHT)
    shares = {"asset_class": AssetClass.EQUITY, "exchange": "XNYS"}
    share = days([f"2024-01-{day:02}T14:30" for day in range(8, 13)], Alignment.EXCHANGE_SESSION, **shares)
    window = Window(at("2024-01-07T22:00"), at("2024-01-10T22:00"))
    end = _first_beyond(window, [pair, share])
    assert all(known <= window.end for bars in (pair, share) for known in bars.known_at[bars.time < end])
    assert end == at("2024-01-10T00:00")


def test_all_that_a_window_holds_is_read_where_days_begin_together():
    pair = days([f"2024-01-{day:02}T22:00" for day in range(7, 12)], Alignment.NEW_YORK_17)
    window = Window(at("2024-01-07T22:00"), at("2024-01-10T22:00"))
    assert _first_beyond(window, [pair]) == _first_beyond(window, [pair, pair.rows(0, 2)]) == window.end
