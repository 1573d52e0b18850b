"""A sub-range of the reference market is that part of the whole, bit for bit."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mbats.adapters.ecb.fixings import load
from mbats.market.bars import Bars
from mbats.market.fx_week import next_week_ends
from mbats.market.local_time import DAY
from mbats.market.reference.fixings import Fixings
from mbats.market.reference.generator import generate
from mbats.market.timeframe import Alignment, Timeframe

PAIRS = ("EUR_USD", "GBP_JPY")


@cache
def fixings() -> Fixings:
    return load()


def start_of_2014() -> int:
    return int(fixings().moments[np.searchsorted(fixings().dates, np.datetime64("2014-01-02"))])


@cache
def whole(timeframe: str, alignment: Alignment) -> dict[str, Bars]:
    start = start_of_2014()
    return generate(fixings(), PAIRS, Timeframe(timeframe), start, start + 260 * DAY, alignment=alignment)


@settings(max_examples=12)
@given(
    st.sampled_from(["M1", "H1", "H4", "D", "W"]),
    st.sampled_from([Alignment.NEW_YORK_17, Alignment.UTC_MIDNIGHT]),
    st.integers(0, 240 * DAY),
    st.integers(1, 40 * DAY),
    st.sampled_from([PAIRS[:1], PAIRS[1:], PAIRS[::-1]]),
)
def test_any_part_equals_the_same_part_of_the_whole(
    timeframe: str, alignment: Alignment, offset: int, length: int, symbols: tuple[str, ...]
) -> None:
    start = start_of_2014() + offset
    end = min(start + length, start_of_2014() + 260 * DAY)
    check_part(timeframe, alignment, start, end, symbols)


@settings(max_examples=8)
@given(st.sampled_from(["M1", "H1", "D", "W"]), st.integers(0, 50), st.integers(0, 50))
def test_a_part_that_ends_with_a_week_has_nothing_of_the_next_one_in_its_last_bar(
    timeframe: str, first: int, last: int
) -> None:
    """The stretch from Friday's fixing to Monday's lies on both sides of such an edge."""
    weeks = [int(next_week_ends(np.array([start_of_2014() + week * 5 * DAY]))[0]) for week in sorted((first, last))]
    check_part(timeframe, Alignment.NEW_YORK_17, start_of_2014() + DAY, weeks[1], PAIRS)
    check_part(timeframe, Alignment.NEW_YORK_17, weeks[0], weeks[1] + DAY, PAIRS)


def check_part(timeframe: str, alignment: Alignment, start: int, end: int, symbols: tuple[str, ...]) -> None:
    part = generate(fixings(), symbols, Timeframe(timeframe), start, end, alignment=alignment)
    for symbol in symbols:
        expected = whole(timeframe, alignment)[symbol].between(start, end)
        got = part[symbol]
        np.testing.assert_array_equal(got.time, expected.time)
        for side in ("bid", "ask", "mid"):
            for price in ("open", "high", "low", "close"):
                np.testing.assert_array_equal(
                    getattr(getattr(got, side), price), getattr(getattr(expected, side), price)
                )
