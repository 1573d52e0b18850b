"""The calendar against what venues recorded; source of the bars: LEAN's and nautilus_trader's sample data."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from mbats.market import calendar
from mbats.market.columns import TimeColumn
from mbats.market.instrument import AssetClass
from mbats.market.timeframe import Alignment, Timeframe


def opens(folder: Path, name: str) -> TimeColumn:
    column = pq.read_table(folder / f"{name}.parquet", columns=["time"])["time"].to_numpy()
    return np.asarray(column).astype("datetime64[ns]").astype(np.int64)


@pytest.mark.parametrize(
    ("name", "timeframe", "alignment"),
    [
        ("oanda_EUR_USD_H1", "H1", Alignment.NEW_YORK_17),
        ("oanda_EUR_USD_M1", "M1", Alignment.NEW_YORK_17),
        ("oanda_NZD_USD_M1", "M1", Alignment.NEW_YORK_17),
        ("fxcm_USD_JPY_M1", "M1", Alignment.NEW_YORK_17),
        ("oanda_EUR_USD_D", "D", Alignment.UTC_MIDNIGHT),
        ("oanda_GBP_USD_D", "D", Alignment.UTC_MIDNIGHT),
    ],
)
def test_every_recorded_bar_lies_in_the_fx_week(
    shared_data: Path, name: str, timeframe: str, alignment: Alignment
) -> None:
    assert calendar.possible(opens(shared_data, name), Timeframe(timeframe), alignment).all()


def test_the_week_is_no_wider_than_the_recording(shared_data: Path) -> None:
    """Its first and its last hour have a bar in nearly every one of twelve years' weeks, winter and summer."""
    time = opens(shared_data, "oanda_EUR_USD_H1")
    hours = np.arange(time[0], time[-1], 3_600_000_000_000)
    week = hours[calendar.possible(hours, Timeframe("H1"))]
    edges = np.flatnonzero(np.diff(week) > 3_600_000_000_000)
    assert len(edges) == 626
    assert np.isin(week[edges], time).mean() > 0.98
    assert np.isin(week[edges + 1], time).mean() > 0.98


def test_nearly_all_expected_hours_are_there(shared_data: Path) -> None:
    time = opens(shared_data, "oanda_EUR_USD_H1")
    expected = calendar.expected_opens(int(time[0]), int(time[-1]) + 1, Timeframe("H1"))
    missing = np.setdiff1d(expected, time)
    assert len(missing) / len(expected) < 0.004
    assert len(np.setdiff1d(time, expected)) < 100  # holidays on which the venue kept trading


def test_todays_daily_pause_is_younger_than_the_recordings(shared_data: Path) -> None:
    """In 2013-2018 ticks came at 16:58 to 17:02, so these minutes are possible, not expected."""
    time = opens(shared_data, "fxcm_USD_JPY_M1")
    unexpected = np.setdiff1d(time, calendar.expected_opens(int(time[0]), int(time[-1]) + 1, Timeframe("M1")))
    to_next_end = calendar.known_at(unexpected, Timeframe("D")) - unexpected
    minutes = to_next_end // 60_000_000_000 % 1_440
    assert len(unexpected)
    assert np.all((minutes <= 2) | (minutes > 1_434))


@pytest.mark.parametrize("name", ["us_AAPL_D", "us_SPY_D"])
def test_recorded_equity_days_are_exactly_the_exchange_s_sessions(shared_data: Path, name: str) -> None:
    time = opens(shared_data, name)
    expected = calendar.expected_opens(
        int(time[0]),
        int(time[-1]) + 1,
        Timeframe("D"),
        Alignment.EXCHANGE_SESSION,
        AssetClass.EQUITY,
        exchange="XNYS",
    )
    np.testing.assert_array_equal(time, expected)
