from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from fakes.model_registry import FakeModelRegistry
from fakes.promotion_store import FakePromotionStore
from fakes.trial_register import FakeTrialRegister
from fakes.versions import version
from mbats.clock import SimulatedClock
from mbats.errors.model import AliasMoved
from mbats.errors.promotion import (
    NoCandidates,
    NoEvidenceForLive,
    NothingToRollBack,
    PromotionBusy,
    SyntheticNotLive,
)
from mbats.market.local_time import DAY
from mbats.models.gates.bounds import Bounds
from mbats.models.registry import Alias
from mbats.pipelines.promotion.assessment import Assessed, Assessment
from mbats.pipelines.promotion.later_market import record_of
from mbats.pipelines.promotion.period import Period
from mbats.pipelines.promotion.promotion import Promotion

NOW = datetime(2024, 5, 1, tzinfo=UTC)
STATISTICS = {"ic": 0.05, "ic_low": 0.02, "ic_high": 0.08, "calibration_error": 0.01}
NOISE = np.random.default_rng(3).standard_normal(500) * 0.005


@dataclass
class Later:
    """An assessor whose later period is what the test says of it: a mean daily return for each version."""

    means: dict[str, float]
    synthetic: bool = False
    others: dict[str, dict] = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def assess(self, name, versions, needed):
        self.asked.append(([one.reference for one in versions], needed))
        assessed = tuple(self._assessed(one) for one in versions)
        return Assessment(
            Period(1_000 * DAY, 1_700 * DAY, 9_000),
            "5" * 64,
            {"name": "none"},
            ("EUR_USD",),
            260,
            self.synthetic,
            assessed,
        )

    def _assessed(self, one):
        returns = NOISE - NOISE.mean() + self.means[one.reference] + 1e-5 * one.number * np.sign(NOISE)
        told = {"leaks": 0, "trades": 200, "drawdown": 0.05, "turnover": 100.0, **self.others.get(one.reference, {})}
        return Assessed(one, statistics=STATISTICS, daily_returns=returns, record=record_of(returns), **told)


def promotion(*versions):
    store, registry = FakePromotionStore(), FakeModelRegistry(versions)
    return Promotion(registry, store, FakeTrialRegister(), SimulatedClock(NOW), "ann")


def test_the_first_champion_needs_nobody_to_beat():
    judge, later = promotion(one := version()), Later({"trees/1": 0.002})
    judge.registry.move("trees", Alias.CHALLENGER, 1, expected=None)
    verdict = judge.promote("trees", [one], later)
    assert (verdict.winner, verdict.champion) == ("trees/1", None)
    assert judge.registry.aliases("trees") == {"champion": 1}
    assert judge.store.verdicts("trees") == [verdict]
    assert later.asked == [(["trees/1"], 250)]
    assert "lead" not in {gate.name for gate in verdict.judgements[0].gates}


def test_a_better_challenger_takes_the_place_and_a_worse_one_does_not():
    judge = promotion(version(number=1), version(number=2), version(number=3))
    means = {"trees/1": 0.0008, "trees/2": 0.002, "trees/3": 0.0009}
    judge.promote("trees", [judge.registry.version("trees/1")], Later(means))
    second = judge.promote("trees", [judge.registry.version("trees/2")], Later(means))
    assert (second.winner, second.champion) == ("trees/2", "trees/1")
    third = judge.promote("trees", [judge.registry.version("trees/3")], Later(means))
    assert third.winner is None
    assert {gate.name for gate in third.judgements[0].failed} >= {"lead"}
    assert "champion trees/2 stays" in third.sentence
    assert judge.registry.aliases("trees")["champion"] == 2


def test_the_champion_itself_is_no_challenger():
    judge = promotion(one := version())
    judge.promote("trees", [one], Later({"trees/1": 0.002}))
    with pytest.raises(NoCandidates, match="champion itself"):
        judge.promote("trees", [one], Later({"trees/1": 0.002}))


def test_of_several_models_the_best_is_adopted_and_each_judgement_is_a_trial():
    trees, ridge = version("trees", 3), version("ridge", 1)
    judge = promotion(trees, ridge)
    verdict = judge.promote("eurusd", [trees, ridge], Later({"trees/3": 0.0012, "ridge/1": 0.0025}))
    assert verdict.winner == "eurusd/1"
    assert [one.reference for one in verdict.judgements] == ["ridge/1", "trees/3"]
    assert judge.registry.version("eurusd@champion").id == ridge.id
    assert len(judge.register.results) == 2
    judge.promote("other", [trees, ridge], Later({"trees/3": 0.0012, "ridge/1": 0.0025}))
    assert len(judge.register.results) == 2  # the same judgement again is no new trial


def test_the_more_were_tried_on_the_period_the_higher_the_bar():
    means = {f"trees/{number}": 0.0004 if number > 1 else 0.0006 for number in range(1, 30)}
    alone = promotion(version()).promote("trees", [version()], Later(means))
    every = [version(number=number) for number in range(1, 30)]
    crowd = promotion(*every).promote("trees", every, Later(means))
    best = {one.reference: one.figures.deflated for one in crowd.judgements}["trees/1"]
    assert best < alone.judgements[0].figures.deflated


def test_a_leak_stops_the_best():
    judge = promotion(one := version())
    verdict = judge.promote("trees", [one], Later({"trees/1": 0.002}, others={"trees/1": {"leaks": 1}}))
    assert verdict.winner is None
    assert "failed leaks" in verdict.sentence
    assert judge.registry.aliases("trees") == {}


def test_two_at_once_and_the_second_is_told():
    judge = promotion(one := version())
    with judge.store.hold("trees"), pytest.raises(PromotionBusy, match="nothing was changed"):
        judge.promote("trees", [one], Later({"trees/1": 0.002}))


def test_an_alias_that_somebody_moved_meanwhile_stays_where_it_is():
    judge = promotion(version(number=1), two := version(number=2))
    later = Later({"trees/2": 0.002})
    assess = later.assess

    def meanwhile(*asked):
        judge.registry.move("trees", Alias.CHAMPION, 1, expected=None)
        return assess(*asked)

    later.assess = meanwhile
    with pytest.raises(AliasMoved):
        judge.promote("trees", [two], later)
    assert judge.registry.aliases("trees") == {"champion": 1}
    assert judge.store.verdicts("trees") == []  # it would tell of a champion that is none


def test_live_needs_a_passed_judgement_on_recorded_data():
    judge = promotion(version(number=1), version(number=2, synthetic=True), version(number=3))
    with pytest.raises(NoEvidenceForLive):
        judge.go_live("trees/1")
    means = {"trees/1": 0.001, "trees/2": 0.002, "trees/3": 0.003}
    judge.promote("trees", [judge.registry.version("trees/1")], Later(means))
    assert judge.go_live("trees/1").to == 1
    assert judge.registry.aliases("trees") == {"champion": 1, "live": 1}
    judge.promote("trees", [judge.registry.version("trees/2")], Later(means))
    judge.promote("trees", [judge.registry.version("trees/3")], Later(means, synthetic=True))
    for synthetic in ("trees/2", "trees/3"):
        with pytest.raises(SyntheticNotLive):
            judge.go_live(synthetic)
    assert judge.registry.aliases("trees")["live"] == 1


def test_a_rollback_takes_the_alias_back_and_is_journalled():
    judge = promotion(version(number=1), version(number=2))
    with pytest.raises(NothingToRollBack):
        judge.rollback("trees")
    means = {"trees/1": 0.001, "trees/2": 0.002}
    for number in (1, 2):
        judge.promote("trees", [judge.registry.version(f"trees/{number}")], Later(means))
    assert judge.rollback("trees").to == 1
    assert judge.registry.aliases("trees") == {"champion": 1}
    assert [move.cause for move in judge.store.moves("trees", Alias.CHAMPION)] == ["verdict", "verdict", "rollback"]
    assert judge.rollback("trees").to is None
    assert judge.registry.aliases("trees") == {}


def test_bounds_are_those_that_were_asked():
    judge = promotion(one := version())
    later = Later({"trees/1": 0.002})
    verdict = judge.promote("trees", [one], later, replace(Bounds(), trades=500, bars=9))
    assert [gate.name for gate in verdict.judgements[0].failed] == ["trades"]
    assert later.asked == [(["trees/1"], 9)]
