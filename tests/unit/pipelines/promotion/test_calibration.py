"""`make calibrate` in small: noise becomes champion no more often than it may, and a planted signal is found."""

from pathlib import Path

import pytest

from calibration.models import NO_FOLDER, SIGNAL, covered, promoted
from calibration.promotion_plot import plot
from calibration.promotions import outcomes

FEW = 10


def test_noise_is_not_promoted():
    found = outcomes(0.0, range(FEW), NO_FOLDER)
    assert promoted(found) <= 1 / FEW
    assert all(one.failed for one in found if not one.promoted)


def test_a_planted_signal_is_found_as_strong_as_it_is():
    found = outcomes(SIGNAL, range(FEW), NO_FOLDER)
    assert promoted(found) >= 0.75
    assert covered(found) >= 0.75
    assert sum(one.ic for one in found) / FEW == pytest.approx(SIGNAL, abs=0.03)


def test_the_picture_shows_every_share_and_champion(tmp_path: Path):
    drawn = plot({"ic_low": 0.041, "all gates": 0.008}, [(0.1, 0.05, 0.15), (0.02, 0.0, 0.04)], 0.1)
    assert "4.1%" in drawn
    assert drawn.count("<circle") == 2
    assert "1 intervals (ochre) miss" in drawn
