"""The venue's rules as functions: every answer follows from the straight lines between four waypoints."""

import math

import pytest

from mbats.execution.fills import (
    NEVER,
    falls_to,
    limit_point,
    limit_price,
    price_along,
    rises_to,
    slipped,
    stop_on_wrong_side,
    stop_point,
    stop_price,
    target_on_wrong_side,
    tightened,
    trail,
)

PATH = (10.0, 9.0, 12.0, 11.0)  # open, low, high, close


@pytest.mark.parametrize(("point", "price"), [(0, 10), (0.5, 9.5), (1, 9), (1.5, 10.5), (2, 12), (2.5, 11.5), (3, 11)])
def test_price_along(point, price):
    assert price_along(PATH, point) == price


@pytest.mark.parametrize(
    ("level", "start", "point"),
    [
        (9.5, 0, 0.5),
        (10.5, 0, 0.0),
        (8.9, 0, NEVER),
        (9.0, 0, 1.0),
        (11.5, 1.9, 2.5),
        (9.5, 1.5, NEVER),
        (11.0, 2, 3.0),
    ],
)
def test_falls_to(level, start, point):
    assert falls_to(PATH, level, start) == pytest.approx(point)


@pytest.mark.parametrize(
    ("level", "start", "point"), [(10.5, 0, 1.5), (9.9, 0, 0.0), (12.1, 0, NEVER), (12.0, 0, 2.0), (11.5, 2.75, NEVER)]
)
def test_rises_to(level, start, point):
    assert rises_to(PATH, level, start) == pytest.approx(point)


def test_a_stop_is_filled_at_its_level_or_at_the_first_price_beyond():
    assert stop_point(PATH, 9.5, -1, 0.0) == 0.5
    assert stop_price(PATH, 9.5, -1, 0.5, 0.0) == 9.5
    assert stop_price(PATH, 10.4, -1, 0.0, 0.0) == 10.0
    assert stop_price(PATH, 9.6, +1, 0.0, 0.0) == 10.0


def test_a_limit_is_filled_at_its_level_or_better():
    assert limit_point(PATH, 9.5, +1, 0.0) == 0.5
    assert limit_price(PATH, 9.5, +1, 0.5, 0.0) == 9.5
    assert limit_price(PATH, 10.4, +1, 0.0, 0.0) == 10.0
    assert limit_price(PATH, 9.6, -1, 0.0, 0.0) == 10.0


def test_a_trailing_stop_follows_and_stands():
    # A sell 0.5 behind: from 10.0 it stands at 9.5, which the first segment falls to.
    assert trail(PATH, -math.inf, 0.5, -1, 0.0) == (0.5, 9.5)
    # From the low on: up to 11.5 at the high, and the fall to 11.0 meets it half way.
    assert trail(PATH, -math.inf, 0.5, -1, 1.0) == (2.5, 11.5)
    # Farther behind than the bar falls: it ends the bar where the high put it.
    assert trail(PATH, -math.inf, 1.5, -1, 1.0) == (NEVER, 10.5)
    # A buy above: from 10.0 at 10.75, down with the low to 9.75.
    assert trail(PATH, math.inf, 0.75, +1, 0.0) == (1.25, 9.75)


def test_a_gap_through_a_trailing_stop_is_met_at_once():
    assert trail(PATH, 10.2, 0.5, -1, 0.0) == (0.0, 10.2)


def test_the_tighter_of_two_stops():
    assert (tightened(9.0, 9.5, -1), tightened(9.0, 9.5, +1)) == (9.5, 9.0)


def test_slippage_is_against_the_trader():
    assert (slipped(10.0, +1, 0.5), slipped(10.0, -1, 0.5)) == (10.5, 9.5)


def test_what_would_be_filled_at_once_is_on_the_wrong_side():
    assert [stop_on_wrong_side(+1, stop, 10.0) for stop in (9.9, 10.0, 10.1)] == [False, True, True]
    assert [stop_on_wrong_side(-1, stop, 10.0) for stop in (9.9, 10.0, 10.1)] == [True, True, False]
    assert [target_on_wrong_side(+1, target, 10.0) for target in (9.9, 10.0, 10.1)] == [True, True, False]
    assert not stop_on_wrong_side(+1, math.nan, 10.0)
