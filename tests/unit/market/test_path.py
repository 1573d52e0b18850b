import math

from mbats.market.path import first_at_or_above, first_at_or_below, first_touch, price_at, waypoints

SPREAD = 0.0002


def ask(bid: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return (bid[0] + SPREAD, bid[1] + SPREAD, bid[2] + SPREAD, bid[3] + SPREAD)


def bids(bid: tuple[float, float, float, float]) -> list[float]:
    return [point[0] for point in waypoints(bid, ask(bid))]


def test_a_rising_bar_goes_to_its_low_first() -> None:
    assert bids((1.10, 1.13, 1.09, 1.12)) == [1.10, 1.09, 1.13, 1.12]


def test_a_falling_bar_goes_to_its_high_first() -> None:
    assert bids((1.12, 1.13, 1.09, 1.10)) == [1.12, 1.13, 1.09, 1.10]


def test_a_bar_that_closes_where_it_opened_counts_as_rising() -> None:
    assert bids((1.10, 1.13, 1.09, 1.10)) == [1.10, 1.09, 1.13, 1.10]


def test_the_mid_decides_when_bid_and_ask_disagree() -> None:
    """Bid falls by one, ask rises by three: mid rises, so both sides go to their lows first."""
    path = waypoints((10.0, 12.0, 8.0, 9.0), (11.0, 15.0, 10.0, 14.0))
    assert path == ((10.0, 11.0), (8.0, 10.0), (12.0, 15.0), (9.0, 14.0))


def test_a_level_on_the_way_is_touched_once() -> None:
    assert first_touch(1.5, 1.0, 2.0, 0.0) == 0.5
    assert first_touch(1.5, 2.0, 1.0, 0.0) == 0.5
    assert math.isnan(first_touch(1.5, 1.0, 2.0, 0.6))
    assert math.isnan(first_touch(2.5, 1.0, 2.0, 0.0))
    assert math.isnan(first_touch(0.5, 1.0, 2.0, 0.0))


def test_ends_count_as_touched() -> None:
    assert first_touch(1.0, 1.0, 2.0, 0.0) == 0.0
    assert first_touch(2.0, 1.0, 2.0, 0.0) == 1.0


def test_a_price_that_stands_still_touches_its_own_level_only() -> None:
    assert first_touch(1.0, 1.0, 1.0, 0.25) == 0.25
    assert math.isnan(first_touch(1.1, 1.0, 1.0, 0.25))


def test_a_level_already_passed_is_met_at_once() -> None:
    assert first_at_or_below(1.5, 1.4, 1.0, 0.0) == 0.0
    assert first_at_or_above(1.5, 1.6, 2.0, 0.25) == 0.25


def test_a_level_ahead_is_met_on_the_way_and_one_behind_never() -> None:
    assert first_at_or_below(1.5, 2.0, 1.0, 0.0) == 0.5
    assert math.isnan(first_at_or_below(1.5, 1.6, 2.0, 0.0))
    assert first_at_or_above(1.5, 1.0, 2.0, 0.0) == 0.5
    assert math.isnan(first_at_or_above(1.5, 1.4, 1.0, 0.0))


def test_both_ends_of_a_segment_are_exact() -> None:
    assert price_at(0.1, 0.3, 0.0) == 0.1
    assert price_at(0.1, 0.3, 1.0) == 0.3
