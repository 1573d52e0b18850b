from dataclasses import replace

import numpy as np
import pytest

from fakes.market import MONDAY, hourly
from fakes.views import view, wandering
from mbats.errors.feature import FeatureTimeframe, SeriesColumnMissing
from mbats.features.asof import beside, gathered, latest, other_close
from mbats.features.view import View
from mbats.market.calendar import expected_opens, known_at
from mbats.market.local_time import DAY, HOUR
from mbats.market.timeframe import Timeframe


def clock(times):
    return [str(np.datetime64(int(time), "ns").astype("datetime64[m]")) for time in times]


def test_four_hours_are_gathered_by_the_new_york_day_and_the_first_is_left_out():
    bars = hourly("EUR_USD", np.arange(1.0, 2.0, 0.04))  # 25 bars from 23:00 UTC, an hour after New York's day began
    higher = gathered(bars, Timeframe("H4"))
    assert clock(higher.known_at)[:3] == ["2024-01-08T06:00", "2024-01-08T10:00", "2024-01-08T14:00"]
    np.testing.assert_array_equal(higher.open[0], bars.open[3])
    np.testing.assert_array_equal(higher.close[0], bars.close[6])
    np.testing.assert_array_equal(higher.high[0], bars.high[3:7].max())


def test_a_higher_bar_is_seen_with_the_bar_that_is_known_at_its_end_and_not_before():
    bars = hourly("EUR_USD", np.arange(1.0, 2.0, 0.04))
    seen = beside(higher := gathered(bars, Timeframe("H4")), higher.close, bars)
    assert np.isnan(seen[:6]).all()
    assert seen[6] == bars.close[6]  # opens 05:00, known 06:00
    assert (seen[6:10] == bars.close[6]).all()
    assert seen[10] == bars.close[10]


def test_days_of_changing_clocks_are_gathered_to_the_calendars_bars():
    start = MONDAY + 60 * DAY - HOUR  # 2024-03-07 22:00 UTC; clocks change on the 10th
    time = expected_opens(start, start + 8 * DAY, Timeframe("H1"))
    bars = replace(hourly("EUR_USD", np.ones(len(time))), time=time, known_at=known_at(time, Timeframe("H1")))
    for name in ("H4", "D"):
        opens = expected_opens(start, start + 8 * DAY, Timeframe(name))
        expected = known_at(opens, Timeframe(name))
        np.testing.assert_array_equal(gathered(bars, Timeframe(name)).known_at, expected[1:])


def test_longer_bars_cannot_be_gathered_to_shorter_ones():
    with pytest.raises(FeatureTimeframe, match="H1"):
        gathered(wandering("EUR_USD", 10, 0, "H4"), Timeframe("H1"))


def test_a_stale_price_of_another_instrument_is_none():
    bars = hourly("EUR_USD", np.ones(40))
    other = hourly("GBP_USD", np.arange(1.0, 6.0)).rows(1, 3)
    seen = other_close(View(bars, {"GBP_USD": other}), "GBP_USD")
    assert np.isnan(seen[0])
    assert seen[1] == 2.0
    assert (seen[2:25] == 3.0).all()
    assert np.isnan(seen[26:]).all()


def table(*rows):
    time, known, value = (np.array(column) for column in zip(*rows, strict=True))
    return {"time": MONDAY + time * HOUR, "known_at": MONDAY + known * HOUR, "value": value}


def test_a_series_is_read_as_it_was_known_revisions_of_the_period_before_included():
    bars = hourly("EUR_USD", np.ones(10))
    rows = table((-48, 1, 2.0), (-24, 3, 3.0), (-48, 5, 2.5), (-24, 7, 3.5), (-72, 8, 9.0))
    value, before, age = latest(View(bars, {}, {"cpi": rows}), "cpi", "value")
    np.testing.assert_array_equal(value, [2, 2, 3, 3, 3, 3, 3.5, 3.5, 3.5, 3.5])
    np.testing.assert_array_equal(before, [np.nan, np.nan, 2, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5])
    np.testing.assert_array_equal(age, [0, 1, 0, 1, 2, 3, 4, 5, 6, 7])


def test_each_instrument_sees_its_own_rows_of_a_series_with_symbols():
    rows = table((0, 1, 1.0), (0, 1, 2.0)) | {"symbol": np.array(["GBP_USD", "EUR_USD"])}
    seen = View(hourly("EUR_USD", np.ones(3)), {}, {"own": rows})
    assert latest(seen, "own", "value")[0].tolist() == [2.0] * 3


def test_a_column_that_a_series_lacks_is_answered_with_those_it_has():
    with pytest.raises(SeriesColumnMissing, match=r"no column 'yoy'\.\n\nIt has value"):
        latest(view(5), "cpi", "yoy")
