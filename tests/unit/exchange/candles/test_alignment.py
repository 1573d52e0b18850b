import numpy as np
import pytest

from fakes.tapes import at
from mbats.errors.rest import InvalidValue
from mbats.exchange.candles.alignment import Alignment
from mbats.exchange.candles.granularity import Granularity
from mbats.market.calendar import expected_opens, known_at
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe

OANDA = Alignment()


def start(granularity: str, moment: str, alignment: Alignment = OANDA) -> str:
    found = alignment.starts(Granularity[granularity], np.array([at(moment)]))
    return str(found.astype("datetime64[ns]").astype("datetime64[m]")[0])


@pytest.mark.parametrize(
    ("granularity", "moment", "expected"),
    [
        ("S5", "2024-07-03T10:11:12", "2024-07-03T10:11"),
        ("M2", "2024-07-03T10:11:12", "2024-07-03T10:10"),
        ("H1", "2024-07-03T10:11:12", "2024-07-03T10:00"),
        ("H3", "2024-07-03T10:11:12", "2024-07-03T09:00"),
        ("H4", "2024-07-03T10:11:12", "2024-07-03T09:00"),
        ("H4", "2024-01-03T10:11:12", "2024-01-03T10:00"),
        ("D", "2024-07-03T10:11:12", "2024-07-02T21:00"),
        ("D", "2024-01-03T10:11:12", "2024-01-02T22:00"),
        ("D", "2024-01-02T22:00:00", "2024-01-02T22:00"),
        ("W", "2024-07-03T10:11:12", "2024-06-28T21:00"),
        ("M", "2024-07-03T10:11:12", "2024-06-30T21:00"),
        ("M", "2024-06-30T20:59:59", "2024-05-31T21:00"),
    ],
)
def test_candles_begin_where_oandas_do(granularity: str, moment: str, expected: str) -> None:
    assert start(granularity, moment) == expected


def test_days_begin_where_they_are_asked_to() -> None:
    london = Alignment(0, "Europe/London", "Monday")
    assert start("D", "2024-07-03T10:00", london) == "2024-07-02T23:00"
    assert start("W", "2024-07-03T10:00", london) == "2024-06-30T23:00"
    assert start("M", "2024-07-03T10:00", london) == "2024-06-30T23:00"
    assert start("H8", "2024-07-03T10:00", london) == "2024-07-03T07:00"


@pytest.mark.parametrize("timeframe", ["M30", "H1", "H2", "H4", "H12", "D"])
def test_bars_of_our_own_calendar_begin_and_end_with_candles(timeframe: str) -> None:
    opens = expected_opens(at("2024-03-01"), at("2024-04-01"), Timeframe(timeframe))
    granularity = Granularity[timeframe]
    assert (OANDA.starts(granularity, opens) == opens).all()
    assert [OANDA.end(granularity, int(time)) for time in opens] == known_at(opens, Timeframe(timeframe)).tolist()


def test_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    ends = {day: OANDA.end(Granularity.D, at(day)) - at(day) for day in ("2024-03-09T22:00", "2024-11-02T21:00")}
    assert list(ends.values()) == [23 * HOUR, 25 * HOUR]


def test_cuts_are_the_beginnings_of_candles_inside() -> None:
    cuts = OANDA.cuts(Granularity.H12, at("2024-11-02T21:00"), at("2024-11-04T22:00"))
    assert cuts.tolist() == [
        at(text) for text in ("2024-11-03T09:00", "2024-11-03T21:00", "2024-11-03T22:00", "2024-11-04T10:00")
    ]
    assert OANDA.cuts(Granularity.M30, at("2024-11-02T21:00"), at("2024-11-02T22:00")).tolist() == [
        at("2024-11-02T21:30")
    ]


@pytest.mark.parametrize(
    ("alignment", "name"),
    [
        ((24, "UTC", "Friday"), "dailyAlignment"),
        ((0, "Mars/Olympus", "Friday"), "alignmentTimezone"),
        ((0, "", "Friday"), "alignmentTimezone"),
        ((0, "UTC", "Freitag"), "weeklyAlignment"),
    ],
)
def test_an_alignment_that_does_not_exist_is_named(alignment: tuple[int, str, str], name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Alignment(*alignment)
    assert refused.value.facts["name"] == name
