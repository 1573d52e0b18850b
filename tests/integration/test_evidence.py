"""Every trial counts, whatever is done about it: from the command line to the risk database and back."""

import json

import pytest

from mbats.cli import run

IDEA = """
import numpy as np
from mbats.strategies.signal import SignalStrategy, Signals

class {name}(SignalStrategy):
    every: int = 7

    def decide(self, bars):
        side = np.zeros(len(bars), dtype=np.int8)
        side[:: self.every] = 1
        return Signals(side=side, stop_distance=np.full(len(bars), 0.002), target_distance=np.full(len(bars), 0.003))
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory, discard):
    folder = tmp_path_factory.mktemp("office")
    (folder / "strategies").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MBATS_HOME", str(folder / "home"))
        assert run(["data", "reference", "EUR_USD", "USD_JPY", "--start", "2025-01", "--end", "2025-04"]) == 0
        yield folder
        discard(folder / "home")


@pytest.fixture
def told(office, capsys):
    """Run a command with ``--json`` and return what it tells."""

    def call(*arguments: str):
        capsys.readouterr()
        code = run([*arguments, "--json"])
        said = capsys.readouterr()
        assert code == 0, said.err
        return json.loads(said.out)

    return call


def trials(result):
    return result["evidence"]["trials"]


def test_each_trial_counts_once_and_for_good(told, office):
    backtest = ("backtest", "run", "RsiBracket@EUR_USD")
    first = told(*backtest)
    alone = first["evidence"]["now"]
    assert (trials(first), alone["deflated"]) == (1, alone["probabilistic"])

    assert trials(told(*backtest)) == 1, "a rerun is no new trial"
    assert trials(told(*backtest, "--units", "5000")) == 1, "another size is no new trial"
    assert trials(told(*backtest, "-p", "rsi_period=20")) == 2
    assert trials(told(*backtest, "--slippage", "0.1")) == 3, "other costs are"

    for name in ("Idea", "IdeaUnderAnotherName"):
        (office / "strategies" / f"{name.lower()}.py").write_text(IDEA.format(name=name))
        judged = told("backtest", "run", f"{name}@EUR_USD")
        assert trials(judged) == 4, "a new name is no new trial, nor does it reset the count"
    assert judged["evidence"]["now"]["others"] == 3
    assert "of 4 trials" in judged["evidence"]["verdict"]

    assert trials(told("backtest", "run", "RsiBracket@USD_JPY")) == 1, "another instrument is other data"
    assert trials(told(*backtest, "--end", "2025-02-01")) == 5, "a part of the period is the same data"

    declared = told(*backtest, "--prior-trials", "40")["evidence"]["now"]
    again = told(*backtest, "--prior-trials", "40")["evidence"]["now"]
    assert declared["prior"] == again["prior"] == 40, "the same declaration is no new trial"

    listed = {line["run"]: line for line in told("backtest", "list")}
    assert listed[first["run"][:8]]["tried"] == 1, "the list tells what was known when it ran"
    assert told("backtest", "list", "--limit", "1")[0]["tried"] == 45


def test_a_recalled_run_tells_what_was_known_then_and_what_is_known_now(told, office):
    import mbats as mb

    first = told("backtest", "run", "RsiBracket@USD_JPY", "-p", "rsi_period=11")
    told("backtest", "run", "RsiBracket@USD_JPY", "-p", "rsi_period=12")
    evidence = mb.run(first["run"][:8]).evidence
    assert evidence.then.trials == trials(first)
    assert evidence.now.trials > evidence.then.trials
    assert f"({evidence.now.trials} tried)" in repr(mb.run(first["run"][:8]))
    told("report", first["run"][:8], "-o", "recalled.html")
    page = (office / "recalled.html").read_text()
    assert "How much of it is luck" in page
    assert f"{evidence.then.trials:,} when it ran" in page
    assert "stationary bootstrap" in page


def test_several_strategies_on_one_account_are_a_trial_each_without_a_record(told):
    shared = told("backtest", "run", "RsiBracket@EUR_USD", "RsiStochasticBracket@USD_JPY", "-p", "rsi_period=9")
    now = shared["evidence"]["now"]
    assert now["own"] == 2
    assert now["judged"] < shared["evidence"]["trials"]


def test_stress_begins_with_the_run_itself_and_ends_with_less(told, office):
    plain = told("backtest", "run", "RsiBracket@EUR_USD")
    stressed = told("report", plain["run"][:8], "--stress", "-o", "stressed.html")
    tests = {(test["name"], test["unit"]): test["points"] for test in stressed["stress"]}
    assert set(tests) == {
        *(("Spread", "times"), ("Slippage", "pips"), ("Size", "times")),
        *(("Delay", "bars"), ("Delay", "seconds")),
    }
    for points in tests.values():
        assert points[0]["net"] == pytest.approx(plain["performance"]["net_profit"], abs=0.05)
    for name in (("Spread", "times"), ("Slippage", "pips")):
        nets = [point["net"] for point in tests[name]]
        assert nets == sorted(nets, reverse=True)
        assert nets[-1] < nets[0]
    assert tests["Size", "times"][1]["net"] == pytest.approx(2 * plain["performance"]["net_profit"], rel=1e-3)
    assert "If trading is worse than assumed" in (office / "stressed.html").read_text()
    before = trials(plain)
    assert trials(told("backtest", "run", "RsiBracket@EUR_USD")) == before, "stress is no new trial"


def test_stress_refuses_a_strategy_that_was_changed_since(told, office, capsys):
    file = office / "strategies" / "changing.py"
    file.write_text(IDEA.format(name="Changing"))
    made = told("backtest", "run", "Changing@EUR_USD")
    file.write_text(IDEA.format(name="Changing").replace("0.002", "0.001"))
    assert run(["report", made["run"][:8], "--stress"]) == 1
    assert "Changing is no longer what run" in capsys.readouterr().err


def test_a_notebook_puts_a_run_under_stress(told):
    import mbats as mb

    made = told("backtest", "run", "RsiBracket@EUR_USD")
    frame = mb.run(made["run"]).stress()
    assert list(frame.columns) == ["stress", "unit", "level", "net", "sharpe", "break_even"]
    assert frame.net[0] == pytest.approx(made["performance"]["net_profit"], abs=0.05)
