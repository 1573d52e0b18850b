import os

import numpy as np
import pytest

from mbats.errors.strategy import StrategyExists, StrategyNameInvalid, StrategyNotWritten
from mbats.market.panel import align
from mbats.models.scoring.given import GivenScores
from mbats.strategies.causality import check_causality
from mbats.strategies.decision import decide_safely
from mbats.strategies.discovery import find
from mbats.strategies.template import KINDS, class_name, write_template


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["MyIdea", "my-idea", "my_idea"])
def test_a_template_is_found_under_its_name_and_kind(tmp_path, kind, name):
    path = write_template(name, kind, tmp_path / "strategies")
    source = find("MyIdea", tmp_path / "strategies")
    assert path.name == "my_idea.py"
    told = "signal" if kind == "model" else kind
    assert (class_name(name), source.kind, source.path) == ("MyIdea", told, path)


def test_the_signal_template_decides_without_looking_ahead(tmp_path, bars):
    write_template("MyIdea", "signal", tmp_path)
    strategy = find("MyIdea", tmp_path).cls(fast=5, slow=15)
    assert set(strategy.decide(bars).side) == {-1, 0, 1}
    assert check_causality(strategy, bars).proven


def test_the_model_template_follows_the_scores_without_looking_ahead(tmp_path, bars):
    write_template("MyIdea", "model", tmp_path)
    scores = np.random.default_rng(4).random(len(bars))
    scores[::7] = np.nan
    given = GivenScores({bars.instrument.symbol: (bars.time, scores)})
    strategy = find("MyIdea", tmp_path).cls(threshold=0.1, atr_period=5).bound_to(given)
    signals = decide_safely(strategy, bars)
    np.testing.assert_array_equal(signals.side[5:], np.where(scores > 0.6, 1, np.where(scores < 0.4, -1, 0))[5:])
    np.testing.assert_array_equal(signals.exit_long, scores < 0.5)
    assert check_causality(strategy, bars).proven


def test_the_target_template_decides_without_looking_ahead(tmp_path, make_bars):
    write_template("MyIdea", "target", tmp_path)
    strategy = find("MyIdea", tmp_path).cls(lookback=20, rebalance=10)
    panel = align({f"P{seed}": make_bars(seed=seed) for seed in range(3)})
    risk = strategy.decide(panel).risk
    assert set(risk[risk == risk]) == {-1.0, 0.0, 1.0}
    assert check_causality(strategy, panel).proven
    assert check_causality(strategy, align({"P": make_bars()})).proven


def test_an_existing_file_is_never_overwritten(tmp_path):
    path = write_template("MyIdea", "signal", tmp_path)
    path.write_text("precious")
    with pytest.raises(StrategyExists, match=r"my_idea\.py is already there"):
        write_template("MyIdea", "target", tmp_path)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("name", ["", "../evil", "1st", "a b", "über", "a.py", "a$x"])
def test_names_that_are_no_names_write_nothing(tmp_path, name):
    with pytest.raises(StrategyNameInvalid):
        write_template(name, "signal", tmp_path / "strategies")
    assert not (tmp_path / "strategies").exists()


def test_a_place_where_nothing_can_be_written_is_named_with_the_cause(tmp_path):
    (tmp_path / "strategies").write_text("a file where the folder should be")
    with pytest.raises(StrategyNotWritten, match=r"my_idea\.py cannot be written: File exists"):
        write_template("MyIdea", "signal", tmp_path / "strategies")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named_with_the_cause(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StrategyNotWritten, match=r"cannot be written: Permission denied"):
        write_template("MyIdea", "signal", tmp_path / "strategies")
