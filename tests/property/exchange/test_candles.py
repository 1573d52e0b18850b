"""Candles of different lengths tell of one market."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fakes.tapes import Past, at, walk
from mbats.exchange.bar_path import bar_path
from mbats.exchange.candles.alignment import Alignment
from mbats.exchange.candles.book import CandleBook, Candles
from mbats.exchange.candles.granularity import GRANULARITIES, Granularity
from mbats.exchange.candles.query import CandleQuery
from mbats.market.bars import Bars, Quotes
from mbats.market.local_time import HOUR, MINUTE

START, END = "2024-10-30", "2024-11-07"  # clocks go back in New York on 3 November
MINUTES = ("M1", "M2", "M4", "M5", "M10", "M15", "M30")
seeds = st.integers(0, 1_000)


def market(seed: int, timeframe: str = "H1") -> Bars:
    return walk("EUR_USD", START, END, timeframe=timeframe, seed=seed, holes=0.05)


def ask(bars: Bars, granularity: str, now: int, **asked: object) -> Candles:
    query = CandleQuery("EUR_USD", granularity, "BA", **{"count": 5_000, **asked})  # type: ignore[arg-type]
    return CandleBook(Past({"EUR_USD": bars}, now)).candles(query)


def sides(candles: Candles) -> tuple[Quotes, Quotes]:
    assert candles.bid is not None
    assert candles.ask is not None
    return candles.bid, candles.ask


def folded(fine: Candles, granularity: str, side: int) -> list[tuple[int, float, float, float, float]]:
    """Aggregate candles to a longer granularity, row by row."""
    quotes, rows = sides(fine)[side], dict[int, list[int]]()
    for row, start in enumerate(Alignment().starts(Granularity[granularity], fine.time).tolist()):
        rows.setdefault(start, []).append(row)
    return [
        (start, quotes.open[own[0]], max(quotes.high[own]), min(quotes.low[own]), quotes.close[own[-1]])
        for start, own in rows.items()
    ]


def listed(candles: Candles, side: int) -> list[tuple[int, float, float, float, float]]:
    quotes = sides(candles)[side]
    return list(zip(candles.time.tolist(), quotes.open, quotes.high, quotes.low, quotes.close, strict=True))


@settings(max_examples=60)
@given(
    seeds, st.sampled_from(MINUTES[:-1]), st.sampled_from(("M30", "H1", "H2", "H3", "H4", "D", "W")), st.integers(1, 60)
)
def test_longer_candles_are_made_of_shorter_ones(seed: int, fine: str, coarse: str, hours: int) -> None:
    assume(Granularity[coarse].value % Granularity[fine].value == 0)
    bars, now = market(seed), at("2024-11-01T12:34:56.789") + hours * HOUR
    covering = Alignment().starts(Granularity[coarse], np.array([now - 4_000 * Granularity[fine].nanoseconds]))
    first = Alignment().end(Granularity[coarse], int(covering[0]))
    assume(first < now)
    short, long = (ask(bars, name, now, start=first) for name in (fine, coarse))
    assert bool(len(short)) == bool(len(long))  # a Friday evening has neither
    for side in (0, 1):
        assert folded(short, coarse, side) == listed(long, side)


@given(seeds, st.sampled_from(("H1", "M15", "H4")))
def test_candles_of_the_tapes_own_length_are_its_bars_bit_for_bit(seed: int, timeframe: str) -> None:
    bars = market(seed, timeframe)
    candles = ask(bars, timeframe, int(bars.known_at[-1]))
    assert candles.complete.all()
    assert candles.time.tobytes() == bars.time.tobytes()
    for own, told in zip((bars.bid, bars.ask), sides(candles), strict=True):
        assert own is not None
        assert all(
            getattr(own, name).tobytes() == getattr(told, name).tobytes() for name in ("open", "high", "low", "close")
        )


@given(seeds, st.integers(0, 100), st.sampled_from(("S5", "S30", "M1", "M4", "M30")))
def test_the_path_through_a_bar_spans_it_exactly(seed: int, row: int, granularity: str) -> None:
    bars = market(seed)
    opens, over = int(bars.time[row]), int(bars.known_at[row])
    fine = ask(bars, granularity, over, start=opens, end=over, count=None)
    assert bars.bid is not None
    assert fine.bid is not None
    assert (fine.bid.open[0], fine.bid.close[-1]) == (bars.bid.open[row], bars.bid.close[row])
    assert (fine.bid.high.max(), fine.bid.low.min()) == (bars.bid.high[row], bars.bid.low[row])
    assert bar_path(bars, row).at(opens) == (bars.bid.open[row], bars.ask.open[row] if bars.ask else None)


@given(seeds, st.sampled_from(GRANULARITIES), st.integers(0, 5 * 24 * 60))
def test_only_the_last_candle_may_be_incomplete_and_only_while_it_forms(seed: int, name: str, minutes: int) -> None:
    bars, now = market(seed), at("2024-10-31") + minutes * MINUTE + 1
    candles = ask(bars, name, now, count=10)
    ends = [Alignment().end(Granularity[name], start) for start in candles.time.tolist()]
    assert candles.complete.tolist() == [end <= now for end in ends]
    assert candles.complete[:-1].all()
    assert (np.diff(candles.time) > 0).all()
    assert (candles.volume >= 1).all()


@settings(max_examples=40)
@given(seeds, st.sampled_from(("M30", "H1", "H3", "D")), st.integers(4, 50), st.integers(0, 150))
def test_pages_join_to_the_whole(seed: int, name: str, size: int, hours: int) -> None:
    bars, now = market(seed), at("2024-10-30T12:00") + hours * HOUR
    whole = ask(bars, name, now)
    found, first, including = [], int(bars.time[0]), True
    while len(page := ask(bars, name, now, start=first, count=size, include_first=including)):
        found += page.time.tolist()
        first, including = int(page.time[-1]), False
    assert found == whole.time.tolist()
    backwards, last = [], now
    while len(page := ask(bars, name, now, end=last, count=size)):
        backwards = page.time.tolist() + backwards
        last = int(page.time[0])
    assert backwards == [time for time in whole.time.tolist() if time < now]
