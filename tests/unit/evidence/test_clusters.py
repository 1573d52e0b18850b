import numpy as np
import pytest

from mbats.evidence.clusters import clustered
from mbats.evidence.luck import deflated_sharpe
from mbats.evidence.track_record import TrackRecord


def families(seed, sizes, days=1_000, correlation=0.9):
    """Return cells in families: correlated within, strangers to one another."""
    dice = np.random.default_rng(seed)
    columns = [
        np.sqrt(correlation) * dice.standard_normal((days, 1))
        + np.sqrt(1 - correlation) * dice.standard_normal((days, n))
        for n in sizes
    ]
    return np.hstack(columns)


@pytest.mark.parametrize("sizes", [(20, 20), (10, 30, 5, 15), (8,) * 7])
def test_families_are_told_apart(sizes):
    assert clustered(families(1, sizes)).number == len(sizes)


def test_volatility_makes_no_difference():
    cells = families(2, (10, 10, 10))
    louder = cells * np.linspace(0.1, 10.0, 30)
    assert clustered(louder).number == 3


def test_the_variance_is_that_of_the_families():
    cells = families(3, (15,) * 10, days=2_000)
    found = clustered(cells)
    each = [cells[:, 15 * k : 15 * k + 15].mean(axis=1) for k in range(10)]
    ratios = [series.mean() / series.std(ddof=1) for series in each]
    assert found.variance == pytest.approx(np.var(ratios, ddof=1), rel=0.1)


def test_luck_among_families_passes_no_more_often_than_it_may():
    passed = []
    for seed in range(120):
        cells = families(100 + seed, (5,) * 10, days=520)
        ratios = cells.mean(axis=0) / cells.std(axis=0, ddof=1)
        passed.append(deflated_sharpe(TrackRecord(float(ratios.max()), 520), *clustered(cells)) >= 0.95)
    assert np.mean(passed) <= 0.05 + 3 * (0.05 * 0.95 / 120) ** 0.5


def test_cells_that_never_traded_form_no_cluster():
    cells = families(4, (10, 10))
    assert clustered(np.hstack([cells, np.zeros((1_000, 5))])) == clustered(cells)
    assert clustered(np.zeros((100, 5))) is None
