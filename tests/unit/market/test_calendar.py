import time as stopwatch
from datetime import UTC, datetime

import numpy as np
import pytest

from mbats.errors.market import UnknownExchange
from mbats.market import calendar
from mbats.market.columns import TimeColumn
from mbats.market.instrument import AssetClass
from mbats.market.local_time import MINUTE, nanoseconds
from mbats.market.timeframe import Alignment, Timeframe

NY, UTC_DAY, SESSION = Alignment.NEW_YORK_17, Alignment.UTC_MIDNIGHT, Alignment.EXCHANGE_SESSION


def at(text: str) -> int:
    return nanoseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def known(text: str, timeframe: str, alignment: Alignment = NY, exchange: str = "OTC") -> str:
    asset = AssetClass.FX if exchange == "OTC" else AssetClass.EQUITY
    end = calendar.known_at(np.array([at(text)]), Timeframe(timeframe), alignment, asset, exchange)
    return str(end.astype("datetime64[ns]")[0])[:16]


@pytest.mark.parametrize(
    ("opening", "timeframe", "alignment", "expected"),
    [
        ("2024-01-10 14:00", "H1", NY, "2024-01-10T15:00"),
        ("2024-01-10 21:59", "M1", NY, "2024-01-10T22:00"),
        ("2024-01-10 18:00", "H12", NY, "2024-01-10T22:00"),  # ends with the trading day, not twelve hours later
        ("2024-01-10 20:00", "H12", UTC_DAY, "2024-01-11T00:00"),
        ("2024-01-10 22:00", "D", NY, "2024-01-11T22:00"),  # winter: 17:00 New York is 22:00 UTC
        ("2024-07-10 21:00", "D", NY, "2024-07-11T21:00"),  # summer: 21:00 UTC
        ("2024-03-09 22:00", "D", NY, "2024-03-10T21:00"),  # 23 hours: clocks go forward on 10 March
        ("2024-11-02 21:00", "D", NY, "2024-11-03T22:00"),  # 25 hours: clocks go back on 3 November
        ("2024-01-11 22:00", "D", NY, "2024-01-12T22:00"),  # Friday's bar, opened on Thursday evening
        ("2024-01-14 22:00", "D", NY, "2024-01-15T22:00"),  # Monday's bar, opened on Sunday evening
        ("2024-01-14 22:05", "D", NY, "2024-01-15T22:00"),  # the same, labelled by its first tick
        ("2024-01-14 00:00", "D", UTC_DAY, "2024-01-15T00:00"),
        ("2024-01-12 22:00", "W", NY, "2024-01-19T22:00"),
        ("2024-03-08 22:00", "W", NY, "2024-03-15T21:00"),
        ("2024-01-08 00:00", "W", UTC_DAY, "2024-01-15T00:00"),
    ],
)
def test_an_fx_bar_is_known_when_the_calendar_says(
    opening: str, timeframe: str, alignment: Alignment, expected: str
) -> None:
    assert known(opening, timeframe, alignment) == expected


@pytest.mark.parametrize(
    ("opening", "timeframe", "alignment", "expected"),
    [
        ("2020-06-01 04:00", "D", SESSION, "2020-06-01T20:00"),  # opens at New York midnight, closes 16:00 EDT
        ("2020-12-01 05:00", "D", SESSION, "2020-12-01T21:00"),
        ("2020-12-01 14:30", "D", SESSION, "2020-12-01T21:00"),  # labelled by the session's open
        ("2020-12-01 00:00", "D", UTC_DAY, "2020-12-01T21:00"),  # labelled by the session's date
        ("2020-11-27 05:00", "D", SESSION, "2020-11-27T18:00"),  # the day after Thanksgiving closes at 13:00
        ("2020-11-28 05:00", "D", SESSION, "2020-11-30T21:00"),  # a Saturday: never before the next session
        ("2020-11-27 17:30", "H1", SESSION, "2020-11-27T18:00"),
        ("2020-11-27 15:30", "H1", SESSION, "2020-11-27T16:30"),
        ("2020-11-23 05:00", "W", SESSION, "2020-11-27T18:00"),
    ],
)
def test_an_equity_bar_is_known_at_its_session_s_close(
    opening: str, timeframe: str, alignment: Alignment, expected: str
) -> None:
    assert known(opening, timeframe, alignment, "XNYS") == expected


def test_an_unknown_exchange_is_named() -> None:
    with pytest.raises(UnknownExchange, match="XNOWHERE"):
        known("2020-06-01 04:00", "D", SESSION, "XNOWHERE")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-01-14 22:04", False),  # Sunday before 17:05 New York
        ("2024-01-14 22:05", True),
        ("2024-01-15 21:57", True),
        ("2024-01-15 21:58", False),  # daily pause 16:58 to 17:03
        ("2024-01-15 22:02", False),
        ("2024-01-15 22:03", True),
        ("2024-07-15 20:57", True),
        ("2024-07-15 20:58", False),  # an hour earlier in summer
        ("2024-01-12 21:58", False),  # Friday evening
        ("2024-01-13 12:00", False),
        ("2024-12-24 18:59", True),
        ("2024-12-24 19:00", False),  # Christmas Eve after 14:00
        ("2024-12-25 12:00", False),
        ("2024-12-25 23:59", False),
        ("2024-12-26 00:00", True),  # 19:00 on Christmas Day
        ("2025-01-01 12:00", False),
    ],
)
def test_the_fx_week_has_its_pauses(moment: str, expected: bool) -> None:
    assert calendar.is_open(np.array([at(moment)]))[0] == expected


def test_an_order_that_may_wait_finds_the_next_open_moment() -> None:
    assert calendar.next_open(at("2024-01-15 22:00")) == at("2024-01-15 22:03")
    assert calendar.next_open(at("2024-01-12 22:00")) == at("2024-01-14 22:05")
    assert calendar.next_open(at("2024-01-15 12:00")) == at("2024-01-15 12:00")
    assert calendar.next_open(at("2024-12-24 20:00")) == at("2024-12-26 00:00")


def test_rollovers_are_weekdays_at_seventeen_new_york_through_both_changes_of_clocks() -> None:
    spring = calendar.rollovers(at("2024-03-07 22:00"), at("2024-03-12 21:00"))
    assert [str(end)[:13] for end in spring.astype("datetime64[ns]")] == [
        "2024-03-08T22",
        "2024-03-11T21",
        "2024-03-12T21",
    ]
    autumn = calendar.rollovers(at("2024-10-31 21:00"), at("2024-11-04 22:00"))
    assert [str(end)[:13] for end in autumn.astype("datetime64[ns]")] == ["2024-11-01T21", "2024-11-04T22"]


def test_trading_days_are_dates_of_their_end() -> None:
    days = calendar.trading_days(at("2024-01-11 22:00"), at("2024-01-15 22:00"))
    assert [str(day) for day in days] == ["2024-01-12", "2024-01-15"]


def test_the_day_ends_after_the_moment_asked() -> None:
    assert calendar.day_end(at("2024-01-15 21:59")) == at("2024-01-15 22:00")
    assert calendar.day_end(at("2024-01-15 22:00")) == at("2024-01-16 22:00")


def expected(start: str, end: str, timeframe: str, alignment: Alignment = NY) -> list[str]:
    opens = calendar.expected_opens(at(start), at(end), Timeframe(timeframe), alignment)
    return [str(opening)[:16] for opening in opens.astype("datetime64[ns]")]


def test_no_minute_is_expected_in_the_pause() -> None:
    opens = expected("2024-01-15 21:56", "2024-01-15 22:05", "M1")
    assert [opening[-5:] for opening in opens] == ["21:56", "21:57", "22:03", "22:04"]


def test_hours_are_expected_around_the_weekend() -> None:
    opens = expected("2024-01-12 20:00", "2024-01-15 00:00", "H1")
    assert opens == ["2024-01-12T20:00", "2024-01-12T21:00", "2024-01-14T22:00", "2024-01-14T23:00"]


def test_days_in_utc_have_a_sunday_stub_and_new_york_days_none() -> None:
    assert len(expected("2024-01-14", "2024-01-20", "D", UTC_DAY)) == 6
    assert len(expected("2024-01-14", "2024-01-20", "D", NY)) == 5


def test_four_hour_bars_are_anchored_at_the_day_s_beginning() -> None:
    assert [opening[-5:] for opening in expected("2024-01-15 22:00", "2024-01-16 22:00", "H4")] == [
        "22:00",
        "02:00",
        "06:00",
        "10:00",
        "14:00",
        "18:00",
    ]
    assert expected("2024-01-16", "2024-01-17", "H4", UTC_DAY)[:2] == ["2024-01-16T00:00", "2024-01-16T04:00"]


def test_equity_sessions_are_expected_without_holidays() -> None:
    start, end = at("2020-11-23"), at("2020-11-28")
    days = calendar.expected_opens(start, end, Timeframe("D"), SESSION, AssetClass.EQUITY, exchange="XNYS")
    assert len(days) == 4
    hours = calendar.expected_opens(start, end, Timeframe("H1"), SESSION, AssetClass.EQUITY, exchange="XNYS")
    assert len(hours) == 3 * 7 + 4


def test_possible_is_wider_than_expected() -> None:
    pause, saturday = at("2024-01-15 22:00"), at("2024-01-13 12:00")
    assert calendar.possible(np.array([pause, saturday]), Timeframe("M1")).tolist() == [True, False]
    assert calendar.possible(np.array([at("2024-01-14"), at("2024-01-13")]), Timeframe("D"), UTC_DAY).tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize("name", ["M1", "H4", "D", "W"])
def test_no_bars_are_known_at_no_times(name: str) -> None:
    nothing: TimeColumn = np.array([], dtype=np.int64)
    assert len(calendar.known_at(nothing, Timeframe(name))) == 0
    assert len(calendar.is_open(nothing)) == len(calendar.possible(nothing, Timeframe(name))) == 0


def test_a_million_rows_take_a_moment() -> None:
    minutes = at("2015-01-01") + np.arange(1_000_000) * MINUTE
    begin = stopwatch.process_time()
    calendar.known_at(minutes, Timeframe("M1"))
    assert stopwatch.process_time() - begin < 1.0  # 0.03 s on an idle machine
