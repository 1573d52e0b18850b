"""Windows on the calendar: 17:00 New York, half-open, without hole or overlap."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbats.errors.walk_forward import BadLength, WindowsDoNotFit
from mbats.market.calendar import known_at
from mbats.market.local_time import DAY, HOUR, moment, nanoseconds
from mbats.market.timeframe import Timeframe
from mbats.pipelines.walk_forward.length import FAR, Length, after, day_end_before, length
from mbats.pipelines.walk_forward.windows import Plan

EMPTY = np.zeros(0, dtype=np.int64)


def at(text):
    return nanoseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def said(time):
    return f"{moment(time):%Y-%m-%d %H:%M}"


def hours(first, last):
    time = np.arange(at(first), at(last), HOUR)
    return known_at(time, Timeframe("H1"))


def steps(train, test, first="2020-01-01T22", last="2022-01-01", gap=None, anchored=False):
    plan = Plan(length(train), length(test), gap and length(gap), anchored)
    return plan.steps(hours(first, last), at(first))


@pytest.mark.parametrize("text", ["2y", " 6 m", "90d", "5000b"])
def test_a_length_is_a_number_and_a_unit(text):
    assert str(length(text)) == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "2", "y", "0m", "-1y", "1.5y", "2w", "2y6m", "1e3d"])
def test_anything_else_is_refused_with_the_way_to_write_it(text):
    with pytest.raises(BadLength, match="5000b"):
        length(text)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2020-01-31T22:00", "1m", "2020-02-29 22:00"),  # a leap year's last day
        ("2020-02-29T22:00", "1y", "2021-02-28 22:00"),
        ("2020-03-01T22:00", "1m", "2020-04-01 21:00"),  # New York's clocks changed on 8 March
        ("2020-10-30T21:00", "3d", "2020-11-02 22:00"),  # and back on 1 November
    ],
)
def test_months_and_days_are_those_of_new_york(start, span, end):
    assert said(after(at(start), length(span), EMPTY)) == end


def test_bars_are_counted_to_the_end_of_the_day_of_the_last():
    known = hours("2020-01-01T22", "2020-01-10")
    assert said(after(at("2020-01-01T22"), length("24b"), known)) == "2020-01-02 22:00"
    assert said(after(at("2020-01-01T22"), length("25b"), known)) == "2020-01-03 22:00"
    assert said(after(at("2020-01-03T22"), Length(-24, "b"), known)) == "2020-01-02 22:00"
    assert after(at("2020-01-03T22"), length("500b"), known) == FAR
    assert after(at("2020-01-03T22"), Length(-500, "b"), known) == -FAR


def test_a_day_end_is_its_own():
    assert said(day_end_before(at("2020-01-01T22:00"))) == "2020-01-01 22:00"
    assert said(day_end_before(at("2020-01-01T21:59"))) == "2019-12-31 22:00"


def test_rolling_windows_move_and_the_last_test_may_be_short():
    found = steps("1y", "5m")
    assert [(said(step.train.start), said(step.train.end)) for step in found] == [
        ("2020-01-01 22:00", "2021-01-01 22:00"),
        ("2020-06-01 21:00", "2021-06-01 21:00"),
        ("2020-11-01 22:00", "2021-11-01 21:00"),
    ]
    assert [said(step.test.end) for step in found] == ["2021-06-01 21:00", "2021-11-01 21:00", "2022-01-01 00:00"]
    assert [step.number for step in found] == [1, 2, 3]


def test_anchored_windows_grow():
    found = steps("1y", "5m", anchored=True)
    assert {said(step.train.start) for step in found} == {"2020-01-01 22:00"}
    assert [said(step.train.end) for step in found] == ["2021-01-01 22:00", "2021-06-01 21:00", "2021-11-01 21:00"]


def test_a_gap_lies_between_training_and_test():
    first, *_ = steps("1y", "5m", gap="5d")
    assert (said(first.train.start), said(first.train.end)) == ("2020-01-01 22:00", "2021-01-01 22:00")
    assert said(first.test.start) == "2021-01-06 22:00"


@pytest.mark.parametrize("train", ["2y", "9999y", "999999999d", "999999999b", "100000m"])
def test_a_training_longer_than_the_bars_is_refused(train):
    with pytest.raises(WindowsDoNotFit, match="leaves nothing to test: the bars reach from 2020-01-01 22:00:00Z"):
        steps(train, "1m")


def test_a_window_takes_the_bars_that_open_and_are_known_inside():
    time = np.arange(at("2020-01-01T00"), at("2020-12-31"), DAY)

    class Daily:  # bars of UTC days: the one that spans the boundary belongs to neither side
        pass

    daily = Daily()
    daily.time, daily.known_at = time, time + DAY
    found = Plan(length("3m"), length("3m")).steps(daily.known_at, int(time[0]))
    rows = found[0].train.bars(daily)
    assert daily.known_at[rows][-1] <= found[0].train.end < daily.known_at[rows.stop]


@given(
    st.sampled_from(["1y", "7m", "100d", "3000b"]),
    st.sampled_from(["1m", "6m", "31d", "500b"]),
    st.sampled_from([None, "1d", "1m", "30b"]),
    st.booleans(),
    st.integers(0, 400),
)
def test_tests_follow_one_another_and_no_training_sees_its_test(train, test, gap, anchored, shift):
    first = at("2018-01-01T22") + shift * DAY
    known = known_at(np.arange(first, first + 800 * DAY, 4 * HOUR), Timeframe("H4"))
    plan = Plan(length(train), length(test), gap and length(gap), anchored)
    try:
        found = plan.steps(known, first)
    except WindowsDoNotFit:
        return
    for before, step in itertools.pairwise(found):
        assert before.test.end == step.test.start
    for step in found:
        assert day_end_before(first) <= step.train.start < step.train.end <= step.test.start < step.test.end
        assert (step.train.end < step.test.start) == (gap is not None)
    assert found[-1].test.end == known[-1]
