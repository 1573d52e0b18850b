from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fixtures.models import FEATURES, planted_hours
from mbats.errors.promotion import NothingLate
from mbats.execution.costs import FREE
from mbats.features.discovery import feature_set
from mbats.features.view import View
from mbats.labels.forward import Sign
from mbats.market.bars import Quotes
from mbats.models.datasets.building import build
from mbats.pipelines.drift.drifting import look, score_drift
from mbats.pipelines.promotion.period import seen_until

AT = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
def studied(workshop):
    """A market, a version that was trained on its first half, and the dataset of that half."""
    market = planted_hours()
    bars = next(iter(market.values()))
    end = int(bars.time[len(bars) // 2])
    columns = feature_set(FEATURES, workshop.folder / "features")
    dataset = build("5" * 64, market, columns, Sign(1), FREE, symbols=list(market), end=end)
    return market, workshop.scorer(workshop.version(market, [end])), dataset


def looked(market, scorer, dataset, **facts):
    views = {symbol: View(bars, market) for symbol, bars in market.items()}
    asked = {"since": seen_until(scorer.version), "source": "snapshot", "at": AT, **facts}
    return look(scorer, dataset, views, FREE, **asked)


def test_a_market_that_goes_on_as_before_has_not_drifted(studied):
    report = looked(*studied)
    assert not [one.feature for one in report.drift.features if one.drifted]
    assert {one.feature for one in report.drift.features} == set(studied[2].columns)
    assert 0 < report.drift.scores.rows <= report.bars
    assert report.synthetic


def test_a_market_that_moves_three_times_as_much_has(studied):
    market, scorer, dataset = studied
    since = seen_until(scorer.version)
    wilder = {symbol: _wilder(bars, since) for symbol, bars in market.items()}
    report = looked(wilder, scorer, dataset)
    assert "volatility_20" in [one.feature for one in report.drift.features if one.drifted]
    assert "volatility_20" in report.drift.reasons[0]


def test_without_a_late_bar_there_is_nothing_to_look_at(studied):
    with pytest.raises(NothingLate, match="trend/1"):
        looked(*studied, since=2**62 // 2)


def test_only_probabilities_are_calibrated():
    late = {"n": 90.0, "ic": 0.01, "ic_low": -0.1, "ic_high": 0.1, "calibration_error": 0.2}
    assert score_drift({"ic": 0.05, "calibration_error": 0.01}, late, "class").miscalibrated
    assert score_drift({"ic": 0.05, "calibration_error": 0.01}, late, "number").late_calibration is None


def _wilder(bars, since):
    """Return bars whose mid moves three times as far from where it was at a moment."""
    first = int((bars.time < since).sum())
    level = bars.close[first - 1]

    def stretched(column):
        moved = column.copy()
        moved[first:] = level * (column[first:] / level) ** 3
        return moved

    mid = Quotes(*(stretched(getattr(bars.mid, name)) for name in ("open", "high", "low", "close")))
    return replace(bars, mid=mid)
