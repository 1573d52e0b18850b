"""What a notebook types about models, on a real server: a market with a signal in it, from features to a champion."""

import pandas as pd
import pytest

import mbats as mb
from mbats.errors.feature import UnknownFeature
from mbats.errors.model import UnknownModel, UnknownModelVersion
from mbats.errors.scoring import BarsInTraining
from mbats.errors.training import UnknownHyperparameter

FEATURES = ("move_sign:12", "log_return:1")


@pytest.fixture(scope="module")
def market(tmp_path_factory, discard):
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MBATS_HOME", str(folder / "home"))
        yield mb.planted_market(["AUD_USD"], "H1", 2024, 2025, signal=0.2)
        discard(folder / "home")


@pytest.fixture(scope="module")
def learnt(market):
    return mb.train(
        market,
        "forward-return:1",
        *FEATURES,
        estimator="ridge",
        name="planted",
        until="2024-07",
        walk_forward="none",
        costs="none",
        alpha=2.0,
    )


def test_features_and_labels_are_frames_by_instrument_and_time(market):
    table, labels = market.features(*FEATURES), market.labels("forward-return:1")
    assert table.index.equals(labels.index)
    assert list(table.columns) == ["move_sign_12", "log_return_1"]
    assert table.move_sign_12.corr(labels.outcome) == pytest.approx(0.2, abs=0.04)
    known = labels[labels.value.notna()]
    assert (known.end > known.start).all()
    assert len(market.features().columns) == 17


def test_a_training_is_told_in_figures_and_frames(learnt):
    assert learnt.reference == "planted/1"
    assert learnt.version.manifest["parameters"]["alpha"] == 2.0
    assert len(learnt.folds) == 5
    assert learnt.folds.tested.sum() == learnt.figures["n"]
    assert isinstance(learnt.folds.start.dtype, pd.DatetimeTZDtype)
    assert learnt.importance.index[0] == "move_sign_12"
    assert learnt.figures["ic_low"] > 0.1
    assert learnt.money["trades"] > 100
    assert repr(learnt).startswith("<Model planted/1, ridge on AUD_USD, generated data: Information coefficient +0.")
    assert "something found" in learnt._repr_html_()


def test_a_version_is_found_again(learnt):
    again = mb.model("planted@challenger")
    assert again.version == learnt.version
    pd.testing.assert_frame_equal(again.folds, learnt.folds)


def test_it_is_traded_where_it_has_learnt_nothing_and_nowhere_else(market, learnt):
    later = mb.snapshot(["AUD_USD"], "H1", "2024-07-02", 2025, vendor="planted")
    run = mb.backtest(mb.ModelBracket, later, costs="none", model="planted", threshold=0, max_bars=1)
    assert run.performance.net_profit > 0
    assert run.decisions.score.notna().all()
    assert run.result.info.strategies[0]["parameters"]["model"] == f"planted/1#{learnt.version.id}"
    with pytest.raises(BarsInTraining):
        mb.backtest(mb.ModelBracket, market, model="planted/1")


def test_what_passes_becomes_champion(learnt):
    verdict = mb.promote(learnt, gates=["turnover=off"], costs="none")
    assert verdict.winner == "planted/1"
    figures = verdict.judgements[0].figures
    assert figures.ic_low < 0.2 < figures.ic_high
    assert mb.model("planted@champion").version == learnt.version


def test_a_mistake_is_answered_with_the_remedy(market, learnt):
    refused = {
        UnknownFeature: ("Did you mean move_sign", lambda: market.features("move_sing:12")),
        UnknownHyperparameter: ("alpha", lambda: mb.train(market, estimator="logistic", alpha=2)),
        UnknownModel: ("planted", lambda: mb.model("plant")),
        UnknownModelVersion: ("no version 7", lambda: mb.model("planted/7")),
    }
    for error, (message, mistake) in refused.items():
        with pytest.raises(error, match=message):
            mistake()
