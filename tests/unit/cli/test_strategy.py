import json
from dataclasses import replace

import numpy as np
import pytest

from fakes.market import hourly
from fakes.security_master import FakeSecurityMaster
from mbats import cli
from mbats.bootstrap import wiring
from mbats.market.reference.fixings import CURRENCIES, Fixings
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource

PEEK = """
import numpy as np
from mbats.strategies.signal import Signals, SignalStrategy, nothing

class Peek(SignalStrategy):
    def decide(self, bars):
        return Signals(nothing(len(bars)), columns={"tomorrow": np.append(bars.close[1:], 0.0)})
"""


@pytest.fixture
def mbats(home, monkeypatch, capsys):
    """Run a command in an empty folder, with an empty securities master and a short reference market."""
    days = np.arange("2020-01-01", "2020-09-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    walk = np.cumsum(np.random.default_rng(1).normal(0, 5e-3, (len(days), len(CURRENCIES))), axis=0)
    monkeypatch.setattr(wiring, "security_master", lambda settings: FakeSecurityMaster())
    monkeypatch.setattr(wiring, "fixings", lambda: Fixings(days, CURRENCIES, np.exp(walk)))

    def run(*arguments):
        code = cli.run(["strategy", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_new_writes_a_strategy_that_list_knows_and_check_proves(mbats):
    code, out, err = mbats("new", "MyIdea", "--json")
    assert (code, json.loads(out)["strategy"]) == (0, "MyIdea")
    assert "Next: mbats strategy check MyIdea" in err
    code, out, _ = mbats("list", "--json")
    listed = {source["name"]: source for source in json.loads(out)["strategies"]}
    assert (code, listed["MyIdea"]["kind"]) == (0, "signal")
    assert listed["MyIdea"]["parameters"][0]["bounds"] == ">= 2, <= 500"
    code, out, err = mbats("check", "my-idea", "--param", "fast=5", "--param", "slow=12")
    assert code == 0
    assert "no" in out
    assert "Generated market" in err
    assert "Next: mbats demo" in err


def test_new_says_that_a_strategy_on_a_model_is_checked_with_one(mbats):
    assert (
        "Next: mbats strategy check OnAModel -p model=NAME   # mbats model list names them"
        in mbats("new", "OnAModel", "--kind", "model")[2]
    )


def test_list_proposes_a_strategy_of_ones_own(mbats):
    mbats("new", "ZigZag")
    assert "Next: mbats strategy check ZigZag" in mbats("list")[2]


@pytest.fixture
def desk(mbats, monkeypatch):
    """A master with bars of two vendors."""
    master = FakeSecurityMaster()
    monkeypatch.setattr(wiring, "security_master", lambda settings: master)
    for vendor, rows in (("desk", 200), ("other", 300)):
        walk = 1.1 + np.cumsum(np.random.default_rng(1).normal(0, 1e-3, rows))
        bars = replace(hourly("EUR_USD", walk), vendor=vendor)
        batch = BarBatch(BarKey("EUR_USD", vendor, "H1"), bars, np.zeros(rows, dtype=np.int16))
        master.ingest([batch], IngestionSource("test", "0"))


def test_check_tells_whose_bars_it_took_and_hands_everything_on(mbats, desk):
    code, out, err = mbats("check", "RsiBracket", "--param", "rsi_period=9")
    assert (code, "vendor other" in out) == (0, True)
    assert "RsiBracket --symbol EUR_USD --vendor other --param rsi_period=9 --timeframe H1" in err
    _, out, err = mbats("check", "RsiBracket", "--vendor", "desk", "--json")
    assert json.loads(out)["vendors"] == ["desk"]
    assert "Next: mbats backtest run RsiBracket --symbol EUR_USD --vendor desk" in err


def test_a_folder_that_was_named_is_handed_on(mbats, desk, tmp_path):
    (tmp_path / "peek.py").write_text(PEEK)
    folder = str(tmp_path)
    mbats("new", "MyIdea", "--folder", folder)
    assert f"--vendor other --timeframe H1 --folder {folder}" in mbats("check", "Peek", "--folder", folder)[2]
    next_one = f"Next: MBATS_STRATEGIES={folder} mbats backtest run MyIdea"
    assert next_one in mbats("check", "MyIdea", "--folder", folder)[2]


def test_new_refuses_to_overwrite(mbats):
    mbats("new", "MyIdea")
    code, out, err = mbats("new", "MyIdea")
    assert (code, out) == (1, "")
    assert "already there" in err


def test_check_names_the_indicator_that_looks_ahead_and_exits_1(mbats, tmp_path):
    (tmp_path / "peek.py").write_text(PEEK)
    code, out, _ = mbats("check", "Peek", "--folder", str(tmp_path), "--json")
    verdict = json.loads(out)
    assert code == 1
    assert (verdict["looks_ahead"], verdict["synthetic"]) == (True, True)
    assert [leak["column"] for leak in verdict["results"][0]["leaks"]] == ["columns.tomorrow"]
    code, out, _ = mbats("check", "Peek", "--folder", str(tmp_path))
    assert code == 1
    assert "columns.tomorrow" in out


def test_a_strategy_that_raises_is_told_by_its_line(mbats, tmp_path):
    (tmp_path / "peek.py").write_text(PEEK.replace("np.append", "np.apend"))
    code, out, err = mbats("check", "Peek", "--folder", str(tmp_path))
    assert (code, out) == (1, "")
    assert "Peek failed at peek.py:7: AttributeError" in err
    assert "Traceback" not in err


def test_list_shows_what_cannot_be_imported_and_exits_1(mbats, tmp_path):
    (tmp_path / "bad.py").write_text("def broken(:\n")
    code, out, err = mbats("list", "--folder", str(tmp_path))
    assert code == 1
    assert "RsiBracket" in out
    assert "bad.py:1" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["check", "Nobody"], 1, "No strategy is named 'Nobody'"),
        (["check", "RsiBracket", "--param", "rsi_period=0"], 1, "rsi_period=0"),
        (["check", "RsiBracket", "--timeframe", "H"], 2, "no timeframe"),
        (["new", "MyIdea", "--kind", "magic"], 2, "magic"),
        (["new", "../evil"], 1, "cannot name a strategy"),
    ],
)
def test_mistakes_are_told_with_an_honest_exit_code(mbats, arguments, code, message):
    result, out, err = mbats(*arguments)
    assert (result, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["new"], ["list"], ["check"]])
def test_every_help_has_an_example(mbats, arguments):
    code, out, _ = mbats(*arguments, "--help")
    assert code == 0
    assert "mbats strategy" in out.partition("Example")[2]
