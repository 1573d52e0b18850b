import re
from dataclasses import replace

import numpy as np
import pytest

from mbats.errors.data import (
    BarsOverlap,
    DuplicateTime,
    HighBelowLow,
    NegativeVolume,
    NotANumber,
    NotPositive,
    OutsideRange,
    SwappedColumns,
    UnsortedTime,
)
from mbats.secmaster.validation import refuse_impossible

HOUR = 3_600 * 10**9
MONDAY = int(np.datetime64("2024-01-08T00:00", "ns").astype(np.int64))


def test_possible_bars_pass(bar_table):
    refuse_impossible(bar_table())
    refuse_impossible(bar_table(sides=True))


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"close": {3: np.nan}}, NotANumber, "eur.csv, row 5, close: nan is not a finite number (1 such rows)"),
        ({"open": {0: np.inf}}, NotANumber, "row 2, open: inf"),
        ({"low": {1: -1.1, 2: 0.0}}, NotPositive, "row 3, low: -1.1 is not above zero (2 such rows)"),
        ({"high": {4: 1.05}}, HighBelowLow, "row 6, high: high 1.05 is below low 1.094"),
        ({"open": {2: 1.2}}, OutsideRange, "row 4, open: 1.2 lies outside the bar's low 1.092 and high 1.122"),
        ({"close": {2: 1.0}}, OutsideRange, "row 4, close: 1.0 lies outside"),
        ({"volume": {2: -5.0}}, NegativeVolume, "row 4, volume: -5.0 is negative"),
        ({"volume": {2: np.nan}}, NotANumber, "row 4, volume: nan"),
        ({"bid_low": {2: np.nan}}, NotANumber, "row 4, bid_low: nan"),
        ({"ask_high": {2: 1.0}}, HighBelowLow, "row 4, ask_high"),
        ({"bid_close": {2: 1.3}}, OutsideRange, "row 4, bid_close: 1.3"),
        (
            {"time": {3: MONDAY + 2 * HOUR}},
            DuplicateTime,
            "row 5: 2024-01-08 02:00:00Z is there twice (before in row 4)",
        ),
        ({"time": {3: MONDAY + HOUR}}, DuplicateTime, "before in row 3"),
        ({"time": {3: MONDAY - HOUR}}, UnsortedTime, "row 5: 2024-01-07 23:00:00Z comes after 2024-01-08 02:00:00Z"),
        ({"time": {3: MONDAY + 2 * HOUR + HOUR // 2}}, BarsOverlap, "row 5: opens 1800 s after"),
    ],
)
def test_impossible_rows_are_named(bar_table, changes, error, says):
    with pytest.raises(error, match=re.escape(says)):
        refuse_impossible(bar_table(sides=True, **changes))


def test_a_high_and_a_low_that_equal_open_and_close_are_possible(bar_table):
    refuse_impossible(bar_table(open={1: 1.121}, close={1: 1.091}))


def test_means_of_two_sides_may_differ_in_the_last_bit(bar_table):
    table = bar_table(sides=True)
    table.price.open[2] = np.nextafter(table.price.high[2], 2)
    refuse_impossible(table)
    with pytest.raises(OutsideRange):
        refuse_impossible(replace(table, bid=None, ask=None))


def test_swapped_columns_are_called_by_their_name(bar_table):
    """Reference defect: OHLC columns scrambled between source and feed."""
    table = bar_table(sides=True)
    price = table.price
    for wrong in (
        replace(price, high=price.low, low=price.high),
        replace(price, open=price.high, high=price.open),
        replace(price, close=price.low, low=price.close),
    ):
        with pytest.raises(SwappedColumns, match=r"in 5 of 5 rows \(first: row 2\)"):
            refuse_impossible(replace(table, price=wrong))
    with pytest.raises(SwappedColumns, match="ask is below bid in 5 of 5 rows"):
        refuse_impossible(replace(table, bid=table.ask, ask=table.bid))


def test_a_crossed_quote_now_and_then_is_suspicious_but_possible(bar_table):
    refuse_impossible(bar_table(sides=True, ask_close={2: 1.1115}))
