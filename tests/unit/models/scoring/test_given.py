import numpy as np

from fakes.market import hourly
from mbats.features.view import View
from mbats.models.scoring.given import GivenScores


def test_scores_find_their_bars_and_others_have_none():
    bars = hourly("EUR_USD", np.linspace(1.1, 1.2, 6))
    given = GivenScores({"EUR_USD": (bars.time[[1, 4]], np.array([0.3, 0.8]))})
    np.testing.assert_array_equal(given.score(View(bars)), [np.nan, 0.3, np.nan, np.nan, 0.8, np.nan])
    np.testing.assert_array_equal(given.score(View(bars.rows(3, 6))), [np.nan, 0.8, np.nan])


def test_an_instrument_without_scores_has_none():
    bars = hourly("USD_JPY", np.linspace(110, 111, 3))
    assert np.isnan(GivenScores({}).score(View(bars))).all()
