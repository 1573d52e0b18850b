from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mbats.market import calendar
from mbats.market.local_time import DAY, HOUR, nanoseconds
from mbats.market.timeframe import Alignment, Timeframe

moments = st.integers(915_148_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
timeframes = st.sampled_from(["S5", "M1", "M15", "H1", "H4", "H12", "D", "W"]).map(Timeframe)
alignments = st.sampled_from([Alignment.NEW_YORK_17, Alignment.UTC_MIDNIGHT])


@given(moments)
def test_the_day_ends_at_the_next_seventeen_o_clock_that_a_new_york_clock_shows(moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo("America/New_York"))
    end = datetime.combine(local.date(), datetime.min.time().replace(hour=17), local.tzinfo)
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), end.time(), local.tzinfo)
    assert calendar.day_end(nanoseconds(moment)) == nanoseconds(end.astimezone(UTC))


@given(moments, timeframes, alignments)
def test_a_bar_is_known_after_it_opened_and_before_the_longest_it_can_last(
    moment: datetime, timeframe: Timeframe, alignment: Alignment
) -> None:
    time = np.array([nanoseconds(moment)])
    end = calendar.known_at(time, timeframe, alignment)
    assert time < end
    assert end <= time + timeframe.nanoseconds + HOUR


@given(moments, timeframes.filter(lambda timeframe: timeframe.seconds >= 60), alignments)
def test_expected_bars_follow_one_another_without_overlap(
    moment: datetime, timeframe: Timeframe, alignment: Alignment
) -> None:
    start = nanoseconds(moment)
    opens = calendar.expected_opens(start, start + 20 * DAY, timeframe, alignment)
    ends = calendar.known_at(opens, timeframe, alignment)
    assert len(opens)
    assert np.all(opens[1:] >= ends[:-1])
    assert calendar.possible(opens, timeframe, alignment).all()
    assert np.all((opens >= start) & (opens < start + 20 * DAY))


@given(moments, timeframes.filter(lambda timeframe: timeframe.seconds >= 60), alignments)
def test_what_is_expected_of_a_range_is_what_is_expected_of_its_halves(
    moment: datetime, timeframe: Timeframe, alignment: Alignment
) -> None:
    start = nanoseconds(moment)
    whole = calendar.expected_opens(start, start + 14 * DAY, timeframe, alignment)
    halves = [
        calendar.expected_opens(start + half * DAY, start + (half + 7) * DAY, timeframe, alignment) for half in (0, 7)
    ]
    np.testing.assert_array_equal(whole, np.concatenate(halves))


@given(moments)
def test_the_next_open_moment_is_open_and_none_before_it_is(moment: datetime) -> None:
    start = nanoseconds(moment)
    opening = calendar.next_open(start)
    assert calendar.is_open(np.array([opening]))[0]
    between = np.linspace(start, opening, 20, endpoint=False, dtype=np.int64) if opening > start else np.array([], int)
    assert not calendar.is_open(between).any()
