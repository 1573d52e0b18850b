"""One trained model: its trades are asked why and decided again after a promotion, and it is trained once more."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import mbats as mb
from mbats.bootstrap import models
from mbats.models.registry import Alias
from mbats.settings import Settings
from mbats.strategies.model_bracket import ModelBracket

BARS = ("EUR_USD", "--start", "2024-01-01", "--end", "2024-07-01")
TRAIN = ("model", "train", "EUR_USD", "--name", "small", "--estimator", "logistic", "--folds", "3")
FEATURES = ("-f", "rsi:14", "-f", "log_return:5", "-f", "sma_distance:20", "--no-controls")
FOLLOW = ("backtest", "run", "ModelBracket", "-s", "EUR_USD", "-p", "threshold=0", "--start", "2024-06-01")


@pytest.fixture(scope="module")
def office(furnished):
    """Half a year of bars and a model trained on its first months; a second version that nobody has promoted."""
    with furnished({}, *BARS) as folder:
        yield folder


@pytest.fixture
def mbats_json(mbats):
    def say(*words):
        code, out, err = mbats(*words, "--json")
        return code, json.loads(out) if out.startswith(("{", "[")) else None, err

    return say


@pytest.fixture
def version(mbats_json, office):
    """The id of the first version, trained once for all tests."""
    known = office / "version.txt"
    if not known.exists():
        for end in ("2024-05-01", "2024-05-20"):
            code, _, err = mbats_json(*TRAIN, *FEATURES, "--end", end, "--walk-forward", "none")
            assert code == 0, err
        first = models.registry(Settings.from_environment()).version("small/1")
        models.registry(Settings.from_environment()).move("small", Alias.CHAMPION, 1, expected=None)
        known.write_text(first.id)
    return known.read_text()


def test_a_backtest_says_which_model_spoke_and_repeats_its_score_bit_for_bit(mbats_json, version):
    code, run, err = mbats_json(*FOLLOW, "-p", "model=small/1")
    assert code == 0, err
    trade = f"{run['run'][:8]}:2"
    code, told, err = mbats_json("why", trade, "--replay")
    assert code == 0, err
    model = told["model"]
    assert (model["reference"], model["version"]) == ("small/1", version)
    assert model["score"] == told["decisions"][0]["values"]["score"]
    assert model["fit"]["trained_until"] < told["decisions"][0]["at"]
    assert {"dataset", "snapshot", "features", "fingerprint", "label", "seed", "commit"} <= model.keys()
    assert told["replay"]["same"]
    assert "the score of small/1" in told["replay"]["checks"][0]["what"]
    assert set(told["replay"]["inputs"]) == {"rsi_14", "log_return_5", "sma_distance_20"}


def test_a_live_score_is_repeated_after_another_champion_was_promoted(mbats_json, version, office):
    data = mb.snapshot(["EUR_USD"], "H1", "2024-05-21")
    registry = models.registry(Settings.from_environment())
    live = mb.paper(ModelBracket(model="small@champion", threshold=0.0), data, since="2024-06-24")
    registry.move("small", Alias.CHAMPION, 2, expected=1)
    try:
        trade = live.trades.id.iloc[0]
        code, told, err = mbats_json("why", trade, "--replay")
        assert code == 0, err
        assert told["model"]["version"] == version
        assert told["session"]
        assert told["replay"]["same"]
        assert [one["kind"] for one in told["transactions"]][:2] == ["order", "fill"]
        by_venue = f"{told['session']}/{told['transactions'][1]['trades'][0]}"
        assert mbats_json("why", by_venue)[1]["trade"]["reference"] == trade
    finally:
        registry.move("small", Alias.CHAMPION, 1, expected=2)


def test_a_fresh_process_with_nothing_but_the_objects_trains_the_same_version(version, office, tmp_path):
    shutil.copytree(office / "home" / "objects", tmp_path / "home" / "objects")
    told = _reproduced(version, office, tmp_path)
    assert told["identical"], told
    assert told["reproduced"]
    assert told["environment"] == []
    assert told["figures"] > 20


def test_other_data_is_not_the_same_version(version, office, tmp_path):
    """Here the manifest of a version is found, and the snapshot that it names is not."""
    shutil.copytree(office / "home" / "objects" / "models", tmp_path / "home" / "objects" / "models")
    assert "there is no snapshot" in _asked(version, office, tmp_path, 1).stderr


def test_a_model_that_nobody_has_is_refused(mbats, version):
    code, _, err = mbats("model", "reproduce", "nobody/1")
    assert (code, "no model 'nobody'" in err) == (1, True)


def _reproduced(version, office, home):
    return json.loads(_asked(version, office, home, 0).stdout)


def _asked(version, office, home, code):
    environ = {**os.environ, "MBATS_HOME": str(home / "home")}
    words = [sys.executable, "-m", "mbats", "model", "reproduce", version[:16], "--json"]
    done = subprocess.run(words, cwd=office, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert not (home / "home" / "postgres").exists(), "no database is needed"
    return done
