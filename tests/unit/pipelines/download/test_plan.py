"""Which windows a download fetches, and in which order, so that a killed one leaves no hole behind."""

from itertools import pairwise

import numpy as np
import pytest

from mbats.market.calendar import expected_opens
from mbats.market.timeframe import Timeframe
from mbats.pipelines.download.plan import windows

H1 = Timeframe("H1")
STEP = H1.nanoseconds
MONDAY = 1_704_672_000_000_000_000  # 2024-01-08 00:00 UTC
NOTHING = np.array([], dtype=np.int64)


def hours(first, last, start=MONDAY):
    return start + np.arange(first, last) * STEP


def plan(held, first, now, *, page=10, refresh=0, timeframe=H1):
    told = windows(np.asarray(held, dtype=np.int64), MONDAY + first * STEP, MONDAY + now * STEP, timeframe,
                   page=page, refresh=refresh)  # fmt: skip
    return [((one.start - MONDAY) // STEP, None if one.end is None else (one.end - MONDAY) // STEP) for one in told]


def test_nothing_held_is_fetched_oldest_first_and_the_last_page_has_no_end():
    assert plan(NOTHING, 0, 24) == [(0, 8), (8, 16), (16, None)]
    assert plan(NOTHING, 0, 5) == [(0, None)]
    assert plan(NOTHING, 5, 5) == []


def test_what_is_newer_is_fetched_with_the_newest_bars_once_more():
    assert plan(hours(0, 20), 0, 24) == [(19, None)]
    assert plan(hours(0, 20), 0, 24, refresh=3) == [(16, None)]
    assert plan(hours(0, 2), 0, 12, refresh=9, page=100) == [(0, None)]


def test_what_is_older_is_fetched_newest_first_so_that_the_stretch_only_grows():
    assert plan(hours(20, 24), 0, 24) == [(10, 20), (0, 10), (23, None)]


def test_a_hole_of_a_day_is_filled_and_a_quiet_hour_is_not():
    held = np.concatenate([hours(0, 20), hours(21, 30), hours(54, 60)])
    assert plan(held, 0, 60, page=100) == [(29, 54), (59, None)]


def test_a_weekend_is_no_hole():
    friday = MONDAY + 4 * 24 * STEP
    held = expected_opens(friday, friday + 5 * 24 * STEP, H1)
    assert np.diff(held).max() > 40 * STEP
    assert len(windows(held, int(held[0]), int(held[-1]), H1, page=5_000, refresh=0)) == 0


@pytest.mark.parametrize(("name", "days"), [("M1", 2), ("D", 3), ("S5", 1), ("W", 21)])
def test_holes_of_every_kind_of_bar(name, days):
    frame = Timeframe(name)
    opens = expected_opens(MONDAY - 30 * 24 * STEP, MONDAY + 40 * 24 * STEP, frame)
    gap = (opens < MONDAY + 24 * STEP) | (opens >= MONDAY + (24 + 24 * days) * STEP)
    told = windows(opens[gap], int(opens[0]), int(opens[-1]), frame, page=5_000, refresh=0)
    asked = np.concatenate([opens[(opens >= one.start) & (opens < (one.end or opens[-1]))] for one in told])
    assert set(opens[~gap]) <= set(asked.tolist())


def test_windows_cover_the_range_without_overlap_and_none_is_a_small_rest():
    for length in range(1, 1_000, 7):
        told = plan(NOTHING, 0, length, page=100)
        assert told[0][0] == 0
        assert all(one[1] == other[0] for one, other in pairwise(told))
        sizes = [(length if end is None else end) - start for start, end in told]
        assert max(sizes) <= 100
        assert len(sizes) == 1 or min(sizes) >= 45
