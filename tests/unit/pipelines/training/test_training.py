from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fakes.model_registry import FakeModelRegistry
from fakes.object_store import FakeObjectStore
from fakes.tracking import FakeTracking
from fakes.trial_register import FakeTrialRegister
from mbats.adapters.cloudpickle.codec import PickleCodec
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.optuna.tuner import ParzenTuner
from mbats.clock import SimulatedClock
from mbats.errors.dataset import OneClassOnly
from mbats.errors.model import ModelNameUnfit
from mbats.errors.training import EstimatorFailed, FeaturesForResearchOnly, TrackingUnreachable
from mbats.execution.costs import OANDA_US
from mbats.features.discovery import feature_set
from mbats.ledger.terms import Account
from mbats.market.bars import Quotes
from mbats.market.local_time import DAY
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.models.artefacts import fit_content, open_version
from mbats.models.datasets.keeping import open_dataset
from mbats.models.datasets.labelling import label_from
from mbats.models.estimators.own import OwnEstimator
from mbats.models.registry import Alias
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.training import training as module
from mbats.pipelines.training.plan import Provenance, TrainingPlan
from mbats.pipelines.training.training import Ground, train
from mbats.secmaster.moments import instant
from mbats.simulation.watch import unwatched

START, END = instant("2023-01-01"), instant("2023-07-01")
MARKET = planted(["EUR_USD", "GBP_USD"], Timeframe("H1"), START, END, signal=0.3, seed=5)


def plan_of(**changes):
    facts = {
        "name": "trend",
        "symbols": ("EUR_USD", "GBP_USD"),
        "features": feature_set(["log_return:1", "log_return:12", "hour_sin"], Path("nowhere")),
        "label": label_from("sign:3"),
        "estimator": LightGBM("class").with_parameters({"rounds": 15, "num_leaves": 7}),
        "validation": splitter_from("purged-k-fold:folds=3"),
        "walk_forward": splitter_from("walk-forward:train=0.6,step=0.2,anchored=true"),
        "costs": OANDA_US,
        "account": Account(),
        "provenance": Provenance(commit="c0ffee", lock="1" * 64, python="CPython", packages={"numpy": "2"}),
        "controls": False,
        **changes,
    }
    return TrainingPlan(**facts)


@pytest.fixture
def registry():
    return FakeModelRegistry()


@pytest.fixture
def ground(registry):
    return Ground(
        snapshot="5" * 64,
        market=MARKET,
        series={},
        store=FakeObjectStore(),
        register=FakeTrialRegister(),
        tracking=FakeTracking(registry),
        tuners=ParzenTuner,
        clock=SimulatedClock(datetime(2024, 1, 1, tzinfo=UTC)),
        watch=unwatched,
    )


def test_registers_a_version_that_can_be_opened_and_scored_without_a_registry(ground, registry):
    trained = train(plan_of(), ground)
    assert registry.aliases("trend") == {Alias.CHALLENGER: 1}
    opened = open_version(ground.store, trained.version.id)
    last = opened.fits[-1]
    fitted = LightGBM("class").load(fit_content(ground.store, last), opened.manifest["columns"])
    rows = trained.dataset.features[:50]
    assert (fitted.score(rows) == trained.line[-1].fitted.score(rows)).all()
    assert open_dataset(ground.store, opened.manifest["dataset"]).id == trained.dataset.id


def test_finds_the_signal_that_is_there(ground):
    figures = train(plan_of(), ground).chosen.scores.figures
    assert figures["ic_low"] > 0.0


def test_expected_returns_are_traded_by_their_sign(ground):
    regressor = LightGBM("number").with_parameters({"rounds": 15})
    trained = train(plan_of(label=label_from("forward-return:3"), estimator=regressor), ground)
    assert trained.chosen.money.trades > 100


def test_the_same_training_is_the_same_version_and_one_trial(ground, registry):
    first, second = train(plan_of(), ground), train(plan_of(), ground)
    assert first.version == second.version
    assert len(registry.versions("trend")) == 1
    assert len(ground.register.results) == 1
    assert train(plan_of(seed=1), ground).version.reference == "trend/2"


def test_no_fit_is_in_use_before_its_labels_were_known(ground):
    trained = train(plan_of(), ground)
    fits, data = trained.version.fits, trained.dataset
    assert len(fits) == 3
    for fit, after in pairwise(fits):
        assert fit.trained_until <= fit.usable_from < fit.usable_until == after.usable_from
    assert fits[-1].usable_until is None
    assert fits[-1].trained_until == data.end.max() == trained.version.manifest["range"][1]
    for fit, made in zip(fits, trained.line, strict=True):
        known = data.end[(data.start >= fit.trained_from) & (data.end <= fit.trained_until)]
        assert made.rows == len(known)


def test_the_end_of_the_range_is_where_knowledge_ends(ground):
    end = END - 30 * DAY
    cut = train(plan_of(end=end), ground)
    short = {symbol: bars.between(START, end) for symbol, bars in MARKET.items()}
    same = train(plan_of(end=end), replace(ground, market=short))
    assert cut.version.manifest["fits"] == same.version.manifest["fits"]
    assert cut.dataset.end.max() <= end


def test_every_candidate_is_a_trial_and_the_best_is_registered(ground):
    trained = train(plan_of(candidates=4), ground)
    assert len(trained.judged) == 4
    assert len(ground.register.results) == 4
    assert all(result.record is not None for result in ground.register.results.values())
    assert trained.deflation.trials == 4
    values = [judgement.value for judgement in trained.judged]
    assert values[0] == max(values)
    assert trained.version.manifest["parameters"] == trained.chosen.estimator.parameters
    again = train(plan_of(candidates=4), ground)
    assert again.version == trained.version


def test_writes_down_what_was_asked_and_what_came_of_it(ground):
    trained = train(plan_of(), ground)
    [run] = ground.tracking.runs
    assert run.status == "finished"
    assert run.datasets == [trained.dataset.id]
    assert run.asked["commit"] == "c0ffee"
    assert run.asked["parameter.rounds"] == 15
    assert {("fold.ic", 1), ("fold.ic", 3), ("out_of_fold.ic", 0), ("traded.net_profit", 0)} < set(run.figures)
    assert set(run.files) == {"version.json", "importance.json", "tried.json", "training.html"}
    assert b"generated data" in run.files["training.html"]


def test_controls_with_nothing_to_learn_score_as_chance(ground):
    trained = train(plan_of(controls=True), ground)
    assert [control.name for control in trained.controls] == ["noise canary", "permuted labels"]
    assert trained.passed
    assert len(trained.version.manifest["metrics"]["controls"]) == 2


def test_a_version_whose_control_scores_is_no_challenger(ground, registry, monkeypatch):
    trained = train(plan_of(controls=True), ground)
    failed = [replace(control, p=0.0, draws=3) for control in trained.controls]
    monkeypatch.setattr("mbats.pipelines.training.judgement.controls", lambda *_, **__: tuple(failed))
    second = train(plan_of(controls=True, seed=9), ground)
    assert not second.passed
    assert second.version.number == 2
    assert registry.aliases("trend") == {Alias.CHALLENGER: 1}


class Moody:
    """Raises on its fourth fit: after the folds, in the line."""

    fits = 0

    def fit(self, features, label, weight, columns, seed):
        Moody.fits += 1
        if Moody.fits > 3:
            raise ZeroDivisionError("no mood")

    def score(self, features):
        return np.full(len(features), 0.5)


def test_an_estimator_that_raises_half_way_leaves_nothing_registered(ground, registry):
    Moody.fits = 0
    moody = OwnEstimator("moody", "class", Moody, PickleCodec()).with_parameters({})
    with pytest.raises(EstimatorFailed, match=r"'moody' failed .* ZeroDivisionError: no mood"):
        train(plan_of(estimator=moody), ground)
    assert registry.names() == []
    assert ground.tracking.runs[0].status == "failed"
    assert not [key for key in ground.store.objects if key.startswith("models/")]


def test_one_class_is_refused_before_anything_is_written(ground, registry):
    rising = {}
    for symbol, bars in MARKET.items():
        steps = np.linspace(1.0, 2.0, len(bars))
        mid = Quotes(open=steps, high=steps * 1.001, low=steps * 0.999, close=steps * 1.0005)
        rising[symbol] = replace(bars, mid=mid, bid=mid, ask=mid)
    with pytest.raises(OneClassOnly):
        train(plan_of(), replace(ground, market=rising))
    assert ground.tracking.runs == []
    assert registry.names() == []


def test_features_that_no_live_session_could_go_on_with_are_refused(ground):
    features = feature_set(["log_return:1", "median_distance"], Path("nowhere"))
    with pytest.raises(FeaturesForResearchOnly, match="median_distance"):
        train(plan_of(features=features), ground)
    assert ground.tracking.runs == []


def test_registering_is_the_last_thing_that_happens(ground, registry, monkeypatch):
    def disk_full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(module, "keep_version", disk_full)
    with pytest.raises(OSError, match="no space"):
        train(plan_of(), ground)
    assert registry.names() == []


def test_only_the_same_training_goes_on_with_a_run_that_was_cut_off(ground, monkeypatch):
    def unreachable(*_):
        raise TrackingUnreachable(address="nowhere", cause="it is down")

    with monkeypatch.context() as down:
        down.setattr(module, "tell", unreachable)
        with pytest.raises(TrackingUnreachable):
            train(plan_of(), ground)
    plan = plan_of()
    train(replace(plan, provenance=replace(plan.provenance, command="mbats model train --seed 0")), ground)
    assert [run.status for run in ground.tracking.runs] == ["finished"]
    with monkeypatch.context() as down:
        down.setattr(module, "tell", unreachable)
        with pytest.raises(TrackingUnreachable):
            train(plan_of(seed=4), ground)
    train(plan_of(seed=4, provenance=replace(plan.provenance, commit="ba5e")), ground)
    assert [run.status for run in ground.tracking.runs] == ["finished", "running", "finished"]


def test_what_a_search_tried_before_it_broke_off_counts(ground):
    class Impatient(ParzenTuner):
        asked = 0

        def ask(self):
            self.asked += 1
            if self.asked > 2:
                raise KeyboardInterrupt
            return super().ask()

    with pytest.raises(KeyboardInterrupt):
        train(plan_of(candidates=5), replace(ground, tuners=Impatient))
    assert len(ground.register.results) == 3
    assert train(plan_of(candidates=3), ground).deflation.trials == 3


@pytest.mark.parametrize("name", ["", "mine/3", "my model", "-p"])
def test_a_name_that_no_model_may_have_is_refused_before_anything_is_done(ground, name):
    with pytest.raises(ModelNameUnfit):
        train(plan_of(name=name), ground)
    assert ground.store.objects == {}
    assert ground.tracking.runs == []
