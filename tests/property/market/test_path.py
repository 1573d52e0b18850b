import math

from hypothesis import given
from hypothesis import strategies as st

from mbats.market.path import Prices, first_at_or_above, first_at_or_below, first_touch, price_at, waypoints

price = st.floats(0.01, 1e6)
share = st.floats(0.0, 1.0)


@st.composite
def sides(draw: st.DrawFn) -> Prices:
    low, *between, high = sorted(draw(st.lists(price, min_size=4, max_size=4)))
    opening, close = draw(st.permutations(between))
    return opening, high, low, close


@given(sides(), sides(), share)
def test_each_side_begins_at_its_open_ends_at_its_close_and_spans_its_bar_exactly(
    bid: Prices, ask: Prices, part: float
) -> None:
    path = waypoints(bid, ask)
    for side, (opening, high, low, close) in enumerate((bid, ask)):
        prices = [point[side] for point in path]
        assert (prices[0], prices[-1]) == (opening, close)
        assert (min(prices), max(prices)) == (low, high)
        on_the_way = [price_at(prices[i], prices[i + 1], part) for i in range(3)]
        assert all(low <= step <= high for step in on_the_way)


@given(sides(), sides())
def test_both_sides_reach_their_lows_together(bid: Prices, ask: Prices) -> None:
    path = waypoints(bid, ask)
    assert (bid[2], ask[2]) in path
    assert (bid[1], ask[1]) in path


@given(price, price, price, share)
def test_no_level_on_the_way_is_jumped_over(level: float, start: float, end: float, from_share: float) -> None:
    here = price_at(start, end, from_share)
    touched = first_touch(level, start, end, from_share)
    if min(here, end) < level < max(here, end) and not math.isclose(level, here):
        assert from_share <= touched <= 1.0
        assert math.isclose(price_at(start, end, touched), level, rel_tol=1e-9)
    if not min(here, end) <= level <= max(here, end) and not math.isclose(level, here):
        assert math.isnan(touched)


@given(price, price, price, share)
def test_what_is_met_is_at_or_beyond_the_level_and_nothing_before_it_was(
    level: float, start: float, end: float, from_share: float
) -> None:
    for met, sign in ((first_at_or_below, 1.0), (first_at_or_above, -1.0)):
        found = met(level, start, end, from_share)
        if math.isnan(found):
            assert sign * end > sign * level  # NaN only where the segment ends short of the level
            assert sign * price_at(start, end, from_share) > sign * level
        else:
            assert from_share <= found <= 1.0
            assert sign * price_at(start, end, found) <= sign * level + 1e-9 * level
