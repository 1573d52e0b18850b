"""Measures of drift beside answers that others have published."""

import numpy as np
import pytest

from mbats.models.drift.kolmogorov_smirnov import distance
from mbats.models.drift.population import stability_index


def test_stability_of_three_income_classes():
    """GeeksforGeeks, "Population Stability Index (PSI)", the example of incomes in 2020 and 2021, summed by hand."""
    index = stability_index(np.array([0.4, 0.3, 0.3]), np.array([0.35, 0.25, 0.4]))
    assert index == pytest.approx(0.00668 + 0.00912 + 0.02877, abs=1e-5)


@pytest.mark.parametrize(
    ("place", "spread", "statistic", "p"),
    [
        (0.5, 1.5, 0.20833333333333337, 4.6674975515806989e-05),
        (0.01, 1.0, 0.10333333333333333, 0.14498781825751686),
        (0.0, 1.0, 0.07999999999999996, 0.41126949729859719),
    ],
)
def test_distance_of_two_samples(place, spread, statistic, p):
    """SciPy 0.13, reference of `scipy.stats.ks_2samp`, its three examples; p-values came closer since."""
    dice = np.random.RandomState(12345678)
    first = dice.standard_normal(200)
    draws = {0.5: 0, 0.01: 1, 0.0: 2}[place]
    drawn = [dice.standard_normal(300) for _ in range(draws + 1)][-1]
    found = distance(first, place + spread * drawn)
    assert found.statistic == pytest.approx(statistic, abs=1e-12)
    assert found.p == pytest.approx(p, rel=0.4)
