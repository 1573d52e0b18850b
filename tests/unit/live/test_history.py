import numpy as np

from fakes.live import wandering
from mbats.live.expiry import lapses_at
from mbats.live.history import Bar, History, rows_of
from mbats.market.bars import Bars
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe
from mbats.secmaster.moments import instant


def _history(bars):
    return History({"EUR_USD": bars.instrument}, bars.timeframe)


def test_grows_to_the_same_bars():
    bars = wandering("EUR_USD", 1, 2_500, holes=0.1)
    history, rows = _history(bars), list(rows_of(bars))
    for start in range(0, len(rows), 700):
        history.add("EUR_USD", rows[start : start + 700])
    found = history.bars("EUR_USD")
    assert isinstance(found, Bars)
    for name in ("time", "known_at", "volume"):
        np.testing.assert_array_equal(getattr(found, name), getattr(bars, name))
    for side in ("mid", "bid", "ask"):
        for price in ("open", "high", "low", "close"):
            np.testing.assert_array_equal(getattr(getattr(found, side), price), getattr(getattr(bars, side), price))


def test_what_comes_late_or_twice_is_left_out():
    bars = wandering("EUR_USD", 1, 5)
    history, rows = _history(bars), list(rows_of(bars))
    history.add("EUR_USD", rows[2:4])
    history.add("EUR_USD", rows[:3])
    assert history.bars("EUR_USD").time.tolist() == bars.time[2:4].tolist()
    assert history.last("EUR_USD") == bars.time[3]


def test_looks_back():
    bars = wandering("EUR_USD", 1, 5)
    history = _history(bars)
    history.add("EUR_USD", list(rows_of(bars)))
    assert len(history.bars("EUR_USD", int(bars.time[2]))) == 3
    assert history.since("EUR_USD", int(bars.time[2])) == bars.time[3:].tolist()


def test_bars_without_sides_have_none():
    bars = wandering("EUR_USD", 1, 2)
    history = _history(bars)
    history.add("EUR_USD", [Bar(int(bars.time[0]), (1.0, 2.0, 0.5, 1.5))])
    assert history.bars("EUR_USD").bid is None


def test_an_entry_lapses_with_the_last_bar_that_is_expected():
    bars = wandering("EUR_USD", 1, 30)
    assert lapses_at(bars, 0) is None
    assert lapses_at(bars, 3) == bars.known_at[-1] + 3 * HOUR
    friday = bars.rows(0, 1)
    friday.time[0], friday.known_at[0] = instant("2024-01-12T20:00"), instant("2024-01-12T21:00")
    assert Timeframe("H1") == friday.timeframe
    assert lapses_at(friday, 2) == instant("2024-01-14T23:00")  # the week ends at 22:00 UTC and begins there on Sunday
