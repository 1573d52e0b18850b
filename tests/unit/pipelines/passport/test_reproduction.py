from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fakes.model_registry import FakeModelRegistry
from fakes.object_store import FakeObjectStore
from fakes.tracking import FakeTracking
from fakes.trial_register import FakeTrialRegister
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.optuna.tuner import ParzenTuner
from mbats.clock import SimulatedClock
from mbats.execution.costs import OANDA_US
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.features.discovery import feature_set
from mbats.ledger.terms import Account
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.models.datasets.labelling import label_from
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.passport.reproduction import reproduce
from mbats.pipelines.training.plan import Provenance, TrainingPlan
from mbats.pipelines.training.training import Ground, train
from mbats.secmaster.moments import instant
from mbats.simulation.watch import unwatched

START = instant("2023-01-01")
MARKET = planted(["EUR_USD"], Timeframe("H1"), START, instant("2023-05-01"), signal=0.3, seed=5)
RATES = FinancingRates({"EUR_USD": DatedRates(np.array([START]), np.array([-3.0]), np.array([-3.0]), "a test")})
PLAN = TrainingPlan(
    name="trend",
    symbols=("EUR_USD",),
    features=feature_set(["log_return:1", "hour_sin"], Path("nowhere")),
    label=label_from("triple-barrier:bars=24,side=long"),
    estimator=LightGBM("class").with_parameters({"rounds": 10, "num_leaves": 4}),
    validation=splitter_from("purged-k-fold:folds=2"),
    walk_forward=None,
    costs=OANDA_US,
    account=Account(),
    provenance=Provenance(commit="c0ffee", lock="1" * 64, python="CPython", packages={}),
)


@pytest.fixture
def ground():
    return Ground(
        snapshot="5" * 64,
        market=MARKET,
        series={},
        store=FakeObjectStore(),
        register=FakeTrialRegister(),
        tracking=FakeTracking(FakeModelRegistry()),
        tuners=ParzenTuner,
        clock=SimulatedClock(datetime(2024, 1, 1, tzinfo=UTC)),
        watch=unwatched,
        financing=RATES,
    )


def test_controls_and_financing_are_reproduced_with_the_rest(ground):
    version = train(PLAN, ground).version
    again = reproduce(version, PLAN, MARKET, {}, unwatched, financing=RATES)
    assert again.identical
    assert again.figures > len(version.manifest["metrics"]["out_of_fold"]) + 10


def test_other_rates_are_other_labels(ground):
    version = train(replace(PLAN, controls=False), ground).version
    again = reproduce(version, replace(PLAN, controls=False), MARKET, {}, unwatched)
    assert not again.reproduced
    assert [one.name for one in again.dataset] == ["dataset"]
