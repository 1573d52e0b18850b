"""The bulk feed delivers what Backtrader's own way of loading does."""

import datetime

import backtrader as bt
import numpy as np
import pytest

from mbats.adapters.backtrader.feed import BarsFeed, day_numbers, nanoseconds, timeframe_of
from mbats.market.timeframe import Timeframe

START = int(np.datetime64("2024-03-09T21:00", "ns").astype(np.int64))


def test_times_are_those_of_backtrader_to_the_last_bit():
    time = START + np.arange(20_000, dtype=np.int64) * 61 * 10**9
    moments = [
        datetime.datetime.fromtimestamp(stamp / 1e9, datetime.UTC).replace(tzinfo=None) for stamp in time.tolist()
    ]
    assert day_numbers(time).tolist() == [bt.date2num(moment) for moment in moments]


def test_times_come_back_to_the_tenth_of_a_millisecond():
    time = START + np.arange(2_000, dtype=np.int64) * 7_777 * 10**8
    assert [nanoseconds(number) for number in day_numbers(time)] == time.tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("S5", (bt.TimeFrame.Seconds, 5)),
        ("M15", (bt.TimeFrame.Minutes, 15)),
        ("H4", (bt.TimeFrame.Minutes, 240)),
        ("D", (bt.TimeFrame.Days, 1)),
        ("W", (bt.TimeFrame.Weeks, 1)),
    ],
)
def test_timeframes_have_backtraders_names(name, expected):
    assert timeframe_of(Timeframe(name)) == expected


@pytest.mark.parametrize("runonce", [True, False])
def test_a_strategy_sees_every_column_bar_by_bar(bars, runonce):
    """Regression: OHLC columns scrambled between query and feed."""
    table = bars([(10.0 + t, 10.7 + t, 9.4 + t, 10.2 + t) for t in range(5)])
    seen = []

    class Looking(bt.Strategy):
        def next(self):
            data = self.data
            seen.append((data.open[0], data.high[0], data.low[0], data.close[0], data.tick_high, data.row))

    cerebro = bt.Cerebro(stdstats=False, runonce=runonce)
    cerebro.adddata(BarsFeed.of(table))
    cerebro.addstrategy(Looking)
    cerebro.run()
    columns = (table.open, table.high, table.low, table.close, table.high, np.arange(5))
    assert seen == list(zip(*(column.tolist() for column in columns), strict=True))
