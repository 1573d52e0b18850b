import math

import pytest

from mbats.execution.margin import affordable, closeout_percent, converted, margin_needed


def test_margin_needed():
    assert margin_needed(-1_000, 150.0, 0.0066, 0.04) == pytest.approx(39.6)


def test_an_entry_may_use_all_of_the_value():
    assert affordable(1_000.0, 1_000.0)
    assert not affordable(1_000.01, 1_000.0)


def test_the_recorded_closeout_percent():
    # OANDA v20, a recorded account summary: margin used 9949.8, 2 * NAV 98787.316 / 2.
    assert closeout_percent(9_949.8, 49_393.658) == pytest.approx(0.10072, abs=1e-5)
    assert closeout_percent(100.0, 50.0) == 1.0
    assert closeout_percent(100.0, -1.0) == math.inf
    assert closeout_percent(0.0, -1.0) == 0.0


def test_gains_and_losses_convert_apart():
    assert converted(1_000.0, 0.01, 0.005) == pytest.approx(9.95)
    assert converted(-1_000.0, 0.01, 0.005) == pytest.approx(-10.05)
