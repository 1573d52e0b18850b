from dataclasses import replace

import numpy as np
import pytest

from mbats.market.bars import Bars
from mbats.secmaster import screening
from mbats.secmaster.keys import Flag


def flagged(bars, flag):
    return np.flatnonzero(screening.flags(bars) & flag.value).tolist()


def keep(bars: Bars, rows):
    return replace(
        bars, time=bars.time[rows], known_at=bars.known_at[rows], mid=bars.mid.rows(rows), volume=bars.volume[rows],
        bid=bars.bid.rows(rows), ask=bars.ask.rows(rows),
    )  # fmt: skip


def test_a_calm_week_has_no_flag(week):
    for timeframe in ("M1", "M15", "H1"):
        assert not screening.flags(week(timeframe)).any()


def test_crossed_quotes_in_any_of_the_four_prices(week):
    bars = week("H1")
    for row, name in ((3, "open"), (5, "high"), (7, "low"), (9, "close")):
        getattr(bars.ask, name)[row] = getattr(bars.bid, name)[row] - 1e-5
    assert flagged(bars, Flag.CROSSED_SPREAD) == [3, 5, 7, 9]


def test_a_missing_bar_flags_the_next_one(week):
    bars = week("M1")
    rows = np.delete(np.arange(len(bars)), [100, 101, 102, 500])
    assert flagged(keep(bars, rows), Flag.GAP) == [100, 497]


def test_the_weekend_and_the_daily_pause_are_no_gaps(week):
    bars = week("M1")
    assert (np.diff(bars.time) > bars.timeframe.nanoseconds).sum() == 4
    assert flagged(bars, Flag.GAP) == []


@pytest.mark.parametrize("name", ["high", "low"])
def test_a_spike_is_an_outlier(week, name):
    bars = week("M1")
    getattr(bars.mid, name)[3_000] *= 1.02 if name == "high" else 0.98
    assert flagged(bars, Flag.OUTLIER) == [3_000]


def test_a_bar_is_judged_by_the_past_alone(week):
    bars = week("M1")
    bars.mid.high[2_850] *= 1.01
    calm = screening.flags(bars)[:2_851]
    bars.mid.high[2_851:] *= 1.05
    bars.mid.low[2_851:] *= 0.95
    assert (screening.flags(bars)[:2_851] == calm).all()
    assert flagged(bars, Flag.OUTLIER)[0] == 2_850


def test_prices_that_stand_still_for_long_are_stale(week):
    bars = week("M1")
    for name in ("open", "high", "low", "close"):
        getattr(bars.mid, name)[200:212] = bars.mid.close[199]
        getattr(bars.mid, name)[400:411] = bars.mid.close[399]
    assert flagged(bars, Flag.STALE) == list(range(200, 212))


def test_flags_add_up(week):
    bars = week("M1")
    bars.ask.close[3_000] = bars.bid.close[3_000] - 1e-5
    bars.mid.high[3_000] *= 1.02
    assert screening.flags(bars)[3_000] == Flag.CROSSED_SPREAD | Flag.OUTLIER


def test_few_bars(week):
    bars = week("H1")
    for rows in (0, 1, 2):
        assert not screening.flags(bars.rows(0, rows)).any()
