from dataclasses import replace

import numpy as np
import pytest

from fixtures.models import FEATURES, planted_hours
from mbats.features.view import View
from mbats.market.local_time import DAY
from mbats.secmaster.moments import instant

START = instant("2024-01-01")
ENDS = [START + days * DAY for days in (60, 90, 120)]
RECURSIVE = (*FEATURES, "fading:14")


@pytest.fixture(scope="module")
def market():
    return planted_hours()


@pytest.mark.parametrize("estimator", ["lightgbm", "logistic"])
def test_each_bar_is_scored_by_the_fit_that_would_have_been_in_use(workshop, market, estimator):
    version, bars = workshop.version(market, ENDS, estimator=estimator), market["EUR_USD"]
    scores = workshop.scorer(version).score(View(bars))
    values = workshop.scorer(version).rows.features.compute(View(bars))
    owners = np.full(len(bars), -1)
    for number, fit in enumerate(version.fits):
        owners[bars.known_at > fit.usable_from] = number
    assert np.isnan(scores[owners < 0]).all()
    for number, fitted in enumerate(workshop.scorer(version).fitted):
        mine = owners == number
        assert mine.sum() > 300
        np.testing.assert_array_equal(scores[mine], fitted.score(values[mine]))
    assert len({fit.artefact for fit in version.fits}) == 3


def test_a_decision_at_the_moment_training_ended_is_not_scored(workshop, market):
    version, bars = workshop.version(market, ENDS[:1]), market["EUR_USD"]
    scores = workshop.scorer(version).score(View(bars))
    last = int(np.flatnonzero(bars.known_at <= version.fits[0].trained_until)[-1])
    assert bars.known_at[last] == version.fits[0].usable_from
    assert np.isnan(scores[: last + 1]).all()
    assert np.isfinite(scores[last + 1 :]).all()


def test_nothing_is_scored_beyond_the_last_fits_use(workshop, market):
    version, bars = workshop.version(market, ENDS[:1]), market["EUR_USD"]
    until = int(bars.known_at[-10])
    scorer = workshop.scorer(replace(version, fits=(replace(version.fits[0], usable_until=until),)))
    scores = scorer.score(View(bars))
    assert np.isfinite(scores[-10])
    assert np.isnan(scores[-9:]).all()


def test_bars_that_lack_others_before_them_are_not_scored(workshop, market):
    version, bars = workshop.version(market, ENDS[:1]), market["EUR_USD"]
    late = bars.rows(len(bars) - 60, len(bars))
    whole, tail = workshop.scorer(version).score(View(bars)), workshop.scorer(version).score(View(late))
    needed = workshop.scorer(version).rows.needed
    assert np.isnan(tail[: needed - 1]).all()
    np.testing.assert_array_equal(tail[needed - 1 :], whole[-60 + needed - 1 :])


@pytest.mark.parametrize("texts", [FEATURES, RECURSIVE])
@pytest.mark.parametrize("estimator", ["lightgbm", "logistic"])
def test_a_growing_history_gives_the_bits_of_the_whole(workshop, market, texts, estimator):
    version, bars = workshop.version(market, ENDS[:1], features=texts, estimator=estimator), market["EUR_USD"]
    whole = workshop.scorer(version).score(View(bars))
    scorer = workshop.scorer(version)
    for stop in [*range(len(bars) - 30, len(bars)), len(bars)]:
        scores = scorer.score(View(bars.rows(0, stop)))
        np.testing.assert_array_equal(scores, whole[:stop])


def test_other_bars_at_other_places_are_scored_anew(workshop, market):
    version, bars = workshop.version(market, ENDS[:1]), market["EUR_USD"]
    scorer = workshop.scorer(version)
    scorer.score(View(bars))
    changed = replace(bars, mid=replace(bars.mid, close=bars.mid.close * np.linspace(1, 1.1, len(bars))))
    fresh = workshop.scorer(version).score(View(changed))
    np.testing.assert_array_equal(scorer.score(View(changed)), fresh)
    assert (fresh[-100:] != scorer.score(View(bars))[-100:]).any()


def test_recursive_features_go_on_from_where_they_stood_in_training(workshop, market):
    version, bars = workshop.version(market, ENDS[:1], features=RECURSIVE), market["EUR_USD"]
    whole = workshop.scorer(version).score(View(bars))
    stood = int(np.searchsorted(bars.time, version.manifest["states"]["EUR_USD"]["fading_14"]["time"]))
    since = stood - 30
    scores = workshop.scorer(version).score(View(bars.rows(since, len(bars))))
    np.testing.assert_array_equal(scores[31:], whole[stood + 1 :])


def test_recursive_features_begin_where_they_did_in_training(workshop, market):
    longer = planted_hours(start="2023-11-01", days=211)["EUR_USD"]
    first = int(np.searchsorted(longer.time, START))
    market = {"EUR_USD": longer.rows(first, len(longer))}
    version = workshop.version(market, ENDS[:1], features=RECURSIVE)
    whole = workshop.scorer(version).score(View(market["EUR_USD"]))
    np.testing.assert_array_equal(workshop.scorer(version).score(View(longer))[first:], whole)


@pytest.mark.parametrize("texts", [("other_return:USD_JPY,5",), ("other_return:USD_JPY,5", "fading:14")])
def test_other_instruments_grow_along(workshop, texts):
    market = planted_hours(("EUR_USD", "USD_JPY"))
    version = workshop.version(market, ENDS[:1], features=("log_return:1", *texts))
    bars, other = market["EUR_USD"], market["USD_JPY"]
    assert workshop.scorer(version).reads == ("USD_JPY",)
    whole = workshop.scorer(version).score(View(bars, {"USD_JPY": other}))
    scorer = workshop.scorer(version)
    for stop in range(len(bars) - 20, len(bars) + 1):
        scores = scorer.score(View(bars.rows(0, stop), {"USD_JPY": other.rows(0, stop)}))
        np.testing.assert_array_equal(scores, whole[:stop])
