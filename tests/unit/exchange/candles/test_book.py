from dataclasses import replace

import numpy as np
import pytest

from fakes.tapes import Past, at, steps, walk
from mbats.errors.rest import AboveMaximum, InvalidValue, TimeAhead
from mbats.exchange.candles.book import CandleBook, Candles
from mbats.exchange.candles.query import CandleQuery
from mbats.market.calendar import expected_opens
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe

# One bar up, one down: 10:00 goes 100, 90, 120, 110 and 11:00 goes 110, 115, 80, 95, in ticks of the bid.
BARS = steps("EUR_USD", "2024-07-03T10:00", [(100, 120, 90, 110), (110, 115, 80, 95)])


def ask(now: str, granularity: str = "H1", price: str = "B", **asked: object) -> Candles:
    book = CandleBook(Past({"EUR_USD": BARS}, at(now)))
    return book.candles(CandleQuery("EUR_USD", granularity, price, **asked))  # type: ignore[arg-type]


def ticks(candles: Candles) -> list[tuple[int, int, int, int]]:
    assert candles.bid is not None
    columns = (candles.bid.open, candles.bid.high, candles.bid.low, candles.bid.close)
    return [tuple(round(price * 100_000) for price in row) for row in zip(*columns, strict=True)]  # type: ignore[misc]


def test_a_forming_candle_shows_the_path_so_far() -> None:
    assert ticks(ask("2024-07-03T10:00")) == [(100, 100, 100, 100)]
    assert ticks(ask("2024-07-03T10:10")) == [(100, 100, 95, 95)]
    assert ticks(ask("2024-07-03T10:30")) == [(100, 105, 90, 105)]
    assert ticks(ask("2024-07-03T11:00")) == [(100, 120, 90, 110), (110, 110, 110, 110)]
    assert ask("2024-07-03T11:00").complete.tolist() == [True, False]
    assert ask("2024-07-03T12:00").complete.tolist() == [True, True]


def test_shorter_candles_are_cut_from_the_path() -> None:
    # Up to 10:20 from 100 down to 90, up to 10:40 to 120, then down to 110.
    halves = ask("2024-07-03T11:00", "M30", end=at("2024-07-03T11:00"))
    assert ticks(halves) == [(100, 105, 90, 105), (105, 120, 105, 110)]
    tens = ask("2024-07-03T11:00", "M10", end=at("2024-07-03T10:20"))
    assert ticks(tens) == [(100, 100, 95, 95), (95, 95, 90, 90)]
    fives = ask("2024-07-03T11:00", "S5", end=at("2024-07-03T10:02:05"))
    assert ticks(fives)[-1] == (99, 99, 98, 98)  # a bid is rounded down


def test_mid_is_the_mean_of_both_sides_on_the_grid_halves_to_even() -> None:
    candles = ask("2024-07-03T12:00", price="MBA")
    assert candles.mid is not None
    assert candles.ask is not None
    assert [round(price * 100_000) for price in candles.mid.open] == [101, 111]
    assert [round(price * 100_000) for price in candles.ask.open] == [102, 112]
    assert candles.precision == 5
    assert ask("2024-07-03T12:00", price="A").mid is None


def test_smooth_candles_open_where_the_one_before_closed() -> None:
    assert [row[0] for row in ticks(ask("2024-07-03T11:30", smooth=True))] == [100, 110]


def test_a_candle_covers_its_first_moment_or_is_left_out() -> None:
    covering = {"start": at("2024-07-03T10:30"), "count": 5}
    assert ask("2024-07-03T12:00", **covering).time.tolist() == BARS.time.tolist()
    assert ask("2024-07-03T12:00", **covering, include_first=False).time.tolist() == BARS.time[1:].tolist()
    aligned = {"start": at("2024-07-03T10:00"), "include_first": False}
    assert ask("2024-07-03T12:00", **aligned).time.tolist() == BARS.time[1:].tolist()


def test_the_end_of_a_range_is_open() -> None:
    assert ask("2024-07-03T12:00", end=at("2024-07-03T11:00")).time.tolist() == BARS.time[:1].tolist()
    assert not len(ask("2024-07-03T12:00", start=at("2024-07-03T10:00"), end=at("2024-07-03T10:00")))
    assert len(ask("2024-07-03T10:00", count=1)) == 1


def test_where_the_market_was_closed_there_are_no_candles() -> None:
    bars = walk("EUR_USD", "2024-03-01", "2024-04-01", timeframe="M15", holes=0.0)
    book = CandleBook(Past({"EUR_USD": bars}, at("2024-04-02")))
    for name in ("M30", "H1", "H2", "H4", "D"):
        found = book.candles(CandleQuery("EUR_USD", name, start=at("2024-03-02"), end=at("2024-03-31")))
        assert found.time.tolist() == expected_opens(at("2024-03-02"), at("2024-03-31"), Timeframe(name)).tolist()
    weeks = book.candles(CandleQuery("EUR_USD", "W", start=at("2024-03-02"), include_first=False)).time
    assert [str(week) for week in weeks.astype("datetime64[ns]").astype("datetime64[h]")] == [
        "2024-03-08T22",
        "2024-03-15T21",
        "2024-03-22T21",
        "2024-03-29T21",
    ]


def test_a_hole_of_the_tape_is_a_hole_in_the_candles() -> None:
    prices = [(100, 120, 90, 110), (110, 115, 80, 95), (0, 0, 0, 0), (95, 99, 90, 97)]
    whole = steps("EUR_USD", "2024-07-03T10:00", prices)
    rows = np.array([0, 1, 3])
    assert whole.bid is not None
    assert whole.ask is not None
    joined = replace(
        whole,
        time=whole.time[rows],
        known_at=whole.known_at[rows],
        mid=whole.mid.rows(rows),
        volume=whole.volume[rows],
        bid=whole.bid.rows(rows),
        ask=whole.ask.rows(rows),
    )
    book = CandleBook(Past({"EUR_USD": joined}, at("2024-07-03T14:00")))
    hours = book.candles(CandleQuery("EUR_USD", "H1")).time
    assert ((hours - hours[0]) // HOUR).tolist() == [0, 1, 3]
    halves = book.candles(CandleQuery("EUR_USD", "M30")).time
    assert ((halves - halves[0]) * 2 // HOUR).tolist() == [0, 1, 2, 3, 6, 7]


def test_volume_is_the_tapes_and_never_nothing() -> None:
    bars = walk("EUR_USD", "2024-07-01", "2024-07-03")
    rich = replace(bars, volume=bars.volume + 360.0)
    book = CandleBook(Past({"EUR_USD": rich, "GBP_USD": bars}, at("2024-07-03")))
    assert set(book.candles(CandleQuery("EUR_USD", "H1")).volume.tolist()) == {360}
    assert set(book.candles(CandleQuery("EUR_USD", "M1", count=600)).volume.tolist()) == {6}
    assert set(book.candles(CandleQuery("GBP_USD", "H1")).volume.tolist()) == {4}
    assert set(book.candles(CandleQuery("GBP_USD", "S5")).volume.tolist()) == {1}


@pytest.mark.parametrize(
    ("asked", "error", "name"),
    [
        ({"granularity": "M3"}, InvalidValue, "granularity"),
        ({"price": "X"}, InvalidValue, "price"),
        ({"price": ""}, InvalidValue, "price"),
        ({"count": 0}, InvalidValue, "count"),
        ({"count": 5_001}, AboveMaximum, "count"),
        ({"count": 2, "start": 0, "end": HOUR}, InvalidValue, "count"),
        ({"start": HOUR, "end": 0}, InvalidValue, "to"),
        ({"granularity": "H1", "start": 0, "end": 5_001 * HOUR}, AboveMaximum, "count"),
        ({"end": at("2024-07-03T12:00:01")}, TimeAhead, "to"),
        ({"start": at("2024-07-03T12:00:01")}, TimeAhead, "from"),
        ({"instrument": "XAU_USD"}, InvalidValue, "instrument"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    asked: dict[str, object], error: type[Exception], name: str
) -> None:
    book = CandleBook(Past({"EUR_USD": BARS}, at("2024-07-03T12:00")))
    with pytest.raises(error) as refused:
        book.candles(CandleQuery(**{"instrument": "EUR_USD", **asked}))  # type: ignore[arg-type]
    assert refused.value.facts["name"] == name
