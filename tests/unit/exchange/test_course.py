from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from fakes.tapes import at, quoted, steps, walk
from mbats.errors.tape import BarsWithoutSides, EmptyTape, TimeframesDiffer
from mbats.exchange.course import Course, Move
from mbats.exchange.growing_tape import GrowingTape
from mbats.exchange.tape import FixedTape
from mbats.market.bars import Quotes
from mbats.market.columns import FloatColumn
from mbats.market.local_time import DAY, HOUR, MINUTE

TEN = at("2024-07-03T10:00")
EUR = steps("EUR_USD", "2024-07-03T10:00", [(100, 120, 90, 110), (110, 115, 80, 95)])
# No bar at 11:00: the instrument is closed for an hour.
GBP = quoted("GBP_USD", TEN + np.array([0, 2]) * HOUR, np.array([(200, 200, 180, 180), (190, 190, 190, 190)]))


def columns(side: Quotes) -> tuple[FloatColumn, ...]:
    return side.open, side.high, side.low, side.close


def bids(quotes: dict[str, tuple[float, float]]) -> dict[str, float]:
    return {symbol: round(bid * 100_000, 6) for symbol, (bid, _) in quotes.items()}


def told(move: Move) -> tuple[float, dict[str, float], tuple[str, ...], dict[str, float]]:
    return (move.time - TEN) / MINUTE, bids(dict(move.reached)), move.closed, bids(dict(move.opened))


def test_all_instruments_glide_together_and_jump_only_where_a_bar_opens() -> None:
    course = Course(FixedTape({"EUR_USD": EUR, "GBP_USD": GBP}), TEN - 1)
    moves = [told(move) for move in course.moves(TEN + 2 * HOUR)]
    last = 60 - 1 / MINUTE
    assert moves == [
        (0, {}, (), {"EUR_USD": 100, "GBP_USD": 200}),
        (20, {"EUR_USD": 90, "GBP_USD": 200}, (), {}),
        (40, {"EUR_USD": 120, "GBP_USD": 180}, (), {}),
        (last, {"EUR_USD": 110, "GBP_USD": 180}, (), {}),
        (60, {}, ("GBP_USD",), {"EUR_USD": 110}),
        (80, {"EUR_USD": 115}, (), {}),
        (100, {"EUR_USD": 80}, (), {}),
        (60 + last, {"EUR_USD": 95}, (), {}),
        (120, {}, ("EUR_USD",), {"GBP_USD": 190}),
    ]


def test_a_course_stopped_anywhere_goes_on_from_there() -> None:
    tape = FixedTape({"EUR_USD": EUR, "GBP_USD": GBP})
    course = Course(tape, TEN)
    assert bids(course.quotes()) == {"EUR_USD": 100, "GBP_USD": 200}
    assert [told(move)[:2] for move in course.moves(TEN + 10 * MINUTE)] == [(10, {"EUR_USD": 95, "GBP_USD": 200})]
    later = Course(tape, TEN + 70 * MINUTE)
    assert bids(later.quotes()) == {"EUR_USD": 112.5}
    assert bids({name: quote for name, (_, quote) in later.last_quotes().items()}) == {"GBP_USD": 180}
    assert told(next(later.moves(TEN + 3 * HOUR)))[:2] == (80, {"EUR_USD": 115})


def test_turns_come_where_a_bar_opens_or_closes() -> None:
    course, turns = Course(FixedTape({"EUR_USD": EUR, "GBP_USD": GBP}), TEN), []
    while (turn := course.next_turn()) is not None:
        turns.append((turn - TEN) // HOUR)
        list(course.moves(turn))
    assert turns == [1, 2, 3]


def test_a_year_of_three_instruments_passes_in_seconds() -> None:
    market = {
        name: walk(name, "2024-01-01", "2025-01-01", seed=row)
        for row, name in enumerate(("EUR_USD", "GBP_USD", "AUD_USD"))
    }
    course, began = Course(FixedTape(market), at("2024-01-01")), process_time()
    moves = sum(1 for _ in course.moves(at("2025-01-02")))
    assert moves > 4 * len(market["EUR_USD"])
    assert process_time() - began < 5


def test_prices_off_the_tick_grid_are_rounded_against_the_trader() -> None:
    bars = EUR.rows(0, 1)
    assert bars.bid is not None
    assert bars.ask is not None
    off = {
        side: Quotes(*(column + by for column in columns(quotes)))
        for side, quotes, by in (("bid", bars.bid, 0.000004), ("ask", bars.ask, -0.000006))
    }
    crooked = replace(bars, **off)
    tape = FixedTape({"EUR_USD": crooked}).bars("EUR_USD", TEN + 1)
    assert tape.bid is not None
    assert tape.ask is not None
    assert (tape.bid.open[0], tape.ask.open[0]) == (0.001, 0.00102)


def test_a_tape_without_prices_is_refused() -> None:
    with pytest.raises(EmptyTape):
        FixedTape({})
    with pytest.raises(EmptyTape):
        FixedTape({"EUR_USD": EUR.rows(0, 0)})
    with pytest.raises(TimeframesDiffer):
        FixedTape({"EUR_USD": EUR, "GBP_USD": walk("GBP_USD", "2024-07-01", "2024-07-02", timeframe="M5")})
    with pytest.raises(BarsWithoutSides, match="EUR_USD"):
        FixedTape({"EUR_USD": replace(EUR, bid=None, ask=None)})


def test_a_growing_tape_is_made_weeks_ahead_of_the_course() -> None:
    asked: list[tuple[int, int]] = []
    whole = walk("EUR_USD", "2024-01-01", "2025-12-01")

    def generate(start: int, end: int) -> dict[str, object]:
        asked.append((start, end))
        return {"EUR_USD": whole.between(start, end)}

    begins = at("2024-01-01")
    tape = GrowingTape(generate, begins, begins)  # type: ignore[arg-type]
    course = Course(tape, begins)
    moves = [move.time for move in course.moves(begins + 200 * DAY)]
    assert moves == [move.time for move in Course(FixedTape({"EUR_USD": whole}), begins).moves(begins + 200 * DAY)]
    assert [one[1] for one in asked[:-1]] == [other[0] for other in asked[1:]]
    assert len(asked) < 6
