from dataclasses import replace

import pytest

from fakes.versions import version
from fixtures.models import planted_hours
from mbats.errors.scoring import BarsAfterUse, BarsInTraining, ModelOfOtherBars, ModelReadsSeries
from mbats.market.local_time import DAY
from mbats.models.scoring.given import GivenScores
from mbats.models.scoring.version_scorer import VersionScorer
from mbats.models.version import Fit
from mbats.pipelines.model_use import (
    checked_on,
    foresight,
    other_scorers,
    read_by,
    refuse_models,
    refuse_training_bars,
    refuse_unfit,
    version_of,
)
from mbats.portfolio.sizing import FixedUnits
from mbats.secmaster.moments import instant
from mbats.simulation.simulator import Allocation
from mbats.strategies.causality import check_causality
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.model_signal import beside
from mbats.strategies.samples.rsi_bracket import RsiBracket

BARS = planted_hours(days=30)["EUR_USD"]
MIDDLE = instant("2024-01-16T12:00")


def usable(*spans):
    fits = tuple(Fit(0, first, first, until, "", "skops") for first, until in spans)
    return replace(version(), fits=fits)


def test_bars_that_were_in_training_are_refused_and_the_first_that_were_not_is_told():
    with pytest.raises(BarsInTraining, match="--start 2024-01-16T12:00:00Z") as refusal:
        refuse_training_bars(usable((MIDDLE, None)), [BARS])
    begin = instant(str(refusal.value.facts["start"]))
    refuse_training_bars(usable((MIDDLE, None)), [BARS.between(begin, 2**62)])
    late = BARS.between(begin - 3_600 * 10**9, 2**62)
    with pytest.raises(BarsInTraining, match="1 of "):
        refuse_training_bars(usable((MIDDLE, None)), [late])


def test_walk_forward_fits_cover_what_the_last_one_was_trained_on():
    refuse_training_bars(usable((0, MIDDLE), (MIDDLE, None)), [BARS])


def test_bars_after_the_last_fits_use_are_refused():
    with pytest.raises(BarsAfterUse, match="--end 2024-01-16T12:00:00Z"):
        refuse_training_bars(usable((0, MIDDLE)), [BARS])


def test_a_hole_between_two_fits_is_refused():
    with pytest.raises(BarsAfterUse, match="24 of "):
        refuse_training_bars(usable((0, MIDDLE), (MIDDLE + DAY, None)), [BARS])


def test_other_instruments_and_timeframes_than_those_of_the_training_are_refused():
    refuse_unfit(version(), (), ["EUR_USD"], "H1")
    with pytest.raises(ModelOfOtherBars, match=r"trained on EUR_USD H1, not on USD_JPY H1"):
        refuse_unfit(version(), (), ["EUR_USD", "USD_JPY"], "H1")
    with pytest.raises(ModelOfOtherBars, match="not on EUR_USD M5"):
        refuse_unfit(version(), (), ["EUR_USD"], "M5")


def test_series_cannot_be_handed_to_a_strategy():
    with pytest.raises(ModelReadsSeries, match="reads us_cpi"):
        refuse_unfit(version(), ["USD_JPY", "series:us_cpi"], ["EUR_USD"], "H1")


def test_a_strategy_on_its_registered_version_is_looked_at(workshop):
    market = {"EUR_USD": BARS}
    found = workshop.version(market, [MIDDLE])
    share = Allocation(ModelBracket().bound_to(workshop.scorer(found)), ("EUR_USD",), FixedUnits())
    assert version_of(share.strategy) == found
    with pytest.raises(BarsInTraining, match="trend/1"):
        refuse_models([share], market)


def test_other_strategies_and_given_scores_pass():
    given = GivenScores({}, reads=("USD_JPY", "series:us_cpi"))
    shares = [Allocation(one, ("EUR_USD",), FixedUnits()) for one in (RsiBracket(), ModelBracket().bound_to(given))]
    refuse_models(shares, {"EUR_USD": BARS})
    assert read_by(shares) == ["USD_JPY"]


def test_a_model_that_reads_others_is_checked_beside_them_on_what_it_knows(workshop):
    market = planted_hours(("EUR_USD", "GBP_USD"), days=30)
    texts = ("log_return:1", "other_return:GBP_USD")
    found = workshop.version(market, [MIDDLE], features=texts)
    strategy = ModelBracket().bound_to(workshop.scorer(found))
    assert checked_on(strategy, (), "H1") == (["EUR_USD"], ["GBP_USD"])
    assert checked_on(strategy, ("EUR_USD", "GBP_USD"), "H1") == (("EUR_USD", "GBP_USD"), [])
    with pytest.raises(ModelOfOtherBars, match="not on USD_JPY H1"):
        checked_on(strategy, ("USD_JPY",), "H1")
    assert checked_on(RsiBracket(), ("USD_JPY",), "M5") == (("USD_JPY",), [])
    assert check_causality(beside(strategy, market.__getitem__), market["EUR_USD"]).proven


def test_bars_on_which_hyper_parameters_were_chosen_are_told(workshop):
    market = planted_hours(days=30)
    made = workshop.scorer(workshop.version(market, [MIDDLE]))
    trained_until = made.version.manifest["range"][1]

    def told(candidates, bars):
        searched = replace(made.version, manifest={**made.version.manifest, "candidates": candidates})
        strategy = ModelBracket().bound_to(replace(made, version=searched))
        return foresight([Allocation(strategy, ("EUR_USD",), FixedUnits(1))], {"EUR_USD": bars})

    assert told(0, BARS) == ()
    assert told(20, BARS.between(trained_until, 2**62)) == ()
    [sentence] = told(20, BARS)
    assert "trend/1 are the best of 20 on bars until 2024-01-16" in sentence


def test_a_backtest_says_that_other_releases_score():
    def told(**packages):
        strategy = ModelBracket().bound_to(VersionScorer(version(packages=packages), None, ()))
        return other_scorers([Allocation(strategy, ("EUR_USD",), FixedUnits(1))] * 2)

    assert told() == ()
    [sentence] = told(**{"scikit-learn": "0.1"})
    assert sentence.startswith("trees/1 is scored by scikit-learn ")
