"""Sweeps from the command line and from a notebook, on a real server."""

import json
import re

import numpy as np
import psycopg
import pytest

import mbats as mb
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.roles import WRITER
from mbats.cli import run
from mbats.ledger.daily import FIGURES

STRATEGIES = """
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.signal import SignalStrategy, Signals, nothing

class Idle(SignalStrategy):
    length: int = 3
    def decide(self, bars):
        return Signals(nothing(len(bars)))

class Fragile(RsiBracket):
    def decide(self, bars):
        if self.rsi_period == 20:
            raise RuntimeError("twenty is too many")
        return super().decide(bars)
"""
GRID = ("--grid", "rsi_period=10:30:10", "--grid", "stop_atr=0.5,1")


@pytest.fixture(scope="module")
def office(furnished):
    """A working folder with two months of the reference market and strategies of the user's own."""
    with furnished({"own.py": STRATEGIES}, "EUR_USD", "--start", "2025-01", "--end", "2025-03") as folder:
        yield folder


@pytest.fixture
def sweep(mbats):
    """Make a sweep in this process and return its exit code, stdout and stderr."""
    return lambda *arguments: mbats("backtest", "sweep", *arguments, "--workers", "1")


@pytest.fixture
def count(office):
    def rows(table):
        address = EmbeddedServer(office / "home").address("risk", WRITER)
        with psycopg.connect(address.url) as connection:
            return connection.execute(f"SELECT count(*) FROM risk.{table}").fetchone()[0]

    return rows


def test_a_sweep_counts_every_cell_and_runs_the_best_in_full(sweep, count, capsys):
    trials = count("trial")
    code, out, err = sweep("RsiBracket", "-s", "EUR_USD", *GRID, "-p", "atr_period=6", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["cells"] == {"total": 6, "judged": 6, "failed": 0, "unranked": 0, "resumed": 0}
    assert count("trial") == trials + 6
    assert [axis["name"] for axis in told["space"]] == ["rsi_period", "stop_atr"]
    sharpes = [cell["figures"]["sharpe"] for cell in told["best"]]
    assert sharpes == sorted(sharpes, reverse=True)
    assert told["synthetic"] is True
    assert told["verdict"]["own"] == 6
    sentence = r"Best of (\d+) trials; a Sharpe of .* is expected by luck alone; deflated"
    counted = re.match(sentence, told["verdict"]["sentence"])
    assert int(counted[1]) == 6 + told["verdict"]["others"]
    assert f"mbats report {told['sweep'][:8]}" in err

    best = told["best"][0]
    values = [f"{name}={value}" for name, value in best["parameters"].items()]
    assert (
        run(["backtest", "run", "RsiBracket@EUR_USD", *(x for value in values for x in ("-p", value)), "--json"]) == 0
    )
    alone = json.loads(capsys.readouterr().out)
    for name in ("trades", "max_drawdown", "net_profit", "sharpe"):
        assert alone["performance"][name] == pytest.approx(best["figures"][name], rel=1e-5), name
    assert count("trial") == trials + 6


def test_what_is_shown_is_the_best_the_counts_and_the_verdict(sweep):
    assert sweep("RsiBracket@EUR_USD", "--grid", "rsi_period=40,41")[0] == 0
    code, out, err = sweep("RsiBracket@EUR_USD", "--grid", "rsi_low=30,70", "--grid", "stop_atr=0.5,1")
    assert code == 0, err
    assert "luck or a bug" in " ".join(out.split())
    assert "2 combinations were left out" in out
    assert "deflated" in out
    others = int(re.search(r"Best of (\d+) trials", out)[1]) - 2
    assert others >= 2
    assert f"{others} other trials" in out


def test_a_random_sweep_is_the_same_for_the_same_seed(sweep):
    arguments = ("RsiBracket@EUR_USD", "--grid", "rsi_period=5:100", "--grid", "stop_atr=0.5:3.0", "--random", "8")
    first, again, other = (json.loads(sweep(*arguments, "--seed", seed, "--json")[1]) for seed in ("1", "1", "2"))
    assert first["best"] == again["best"] != other["best"]
    assert first["cells"]["judged"] == 8


def test_a_cell_that_fails_is_told_and_stops_nothing(sweep):
    code, out, err = sweep("Fragile@EUR_USD", *GRID)
    assert code == 0, err
    assert "2 cells failed" in out
    assert "twenty is too many" in " ".join(out.split())


def test_an_objective_without_a_value_anywhere_is_an_error_and_the_cells_are_kept(sweep, count):
    cells = count("sweep_cell")
    code, _, err = sweep("Idle@EUR_USD", "--grid", "length=1:5")
    assert code == 1
    assert "None of the 5 cells" in err
    assert "sharpe" in err
    assert count("sweep_cell") == cells + 5
    code, _, err = sweep("RsiBracket@EUR_USD", *GRID, "--constraint", "trades>=100000")
    assert code == 1
    assert "a constraint is broken" in err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "needs something to search"),
        (("--grid", "rsi_perod=1:2"), "Did you mean rsi_period"),
        (("--grid", "rsi_period="), "a value is missing"),
        (("--grid", "rsi_period=1:40:5"), "greater than or equal to 2"),
        (("--grid", "rsi_period=40:10:5"), "lower end stands first"),
        (("--grid", "stop_atr=0.5:3.0"), "no step"),
        (("--grid", "stop_atr=nan"), "stop_atr"),
        (("--grid", "stop_atr=0.01:10:0.01", "--grid", "target_atr=0.00001:10:0.00001"), "1,000,000,000 cells"),
        (("--grid", "rsi_low=70,80", "--grid", "rsi_high=40,60"), "must be below"),
        ((*GRID, "-p", "stop_atr=2"), "stop_atr"),
        ((*GRID, "--objective", "sharp"), "Did you mean sharpe"),
        ((*GRID, "--constraint", "__import__('os').abort()"), "no constraint"),
        ((*GRID, "--random", "3", "--bayesian", "3"), "one way"),
        ((*GRID, "--start", "1980", "--end", "1981"), "EUR_USD"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_searched_is_refused_before_anything_runs(sweep, count, arguments, named):
    sweeps = count("sweep")
    code, out, err = sweep("RsiBracket@EUR_USD", *arguments)
    assert (code, out) == (1, "")
    assert named in " ".join(err.split())
    assert count("sweep") == sweeps


def test_a_sweep_or_a_strategy_is_named_not_both(sweep):
    assert sweep()[0] == 2
    assert sweep("RsiBracket@EUR_USD", "--resume", "latest")[0] == 2
    assert "There is no sweep" in sweep("--resume", "ffffffff")[2]


def test_a_finished_sweep_is_not_resumed(sweep):
    told = json.loads(sweep("RsiBracket@EUR_USD", "--grid", "rsi_period=12,13", "--json")[1])
    code, _, err = sweep("--resume", told["sweep"][:8])
    assert code == 1
    assert "is finished" in err


@pytest.fixture(scope="module")
def swept(office):
    data = mb.snapshot(["EUR_USD"], "H1")
    grid = {"rsi_period": range(10, 31, 10), "stop_atr": [0.5, 1]}
    return mb.sweep(mb.RsiBracket, data, mb.Account("USD", 100_000), grid=grid, until="2025-02", workers=1)


def test_cells_are_a_tidy_frame(swept):
    assert list(swept.cells.index) == list(range(6))
    assert list(swept.cells.rsi_period) == [10, 10, 20, 20, 30, 30]
    assert list(swept.cells.stop_atr) == [0.5, 1.0] * 3
    assert set(FIGURES) <= set(swept.cells.columns)
    assert not swept.cells.error.any()


def test_returns_are_those_that_the_figures_are_made_of(swept):
    returns = swept.returns
    sharpe = returns.mean() / returns.std(ddof=1)
    np.testing.assert_allclose(sharpe, swept.cells.daily_sharpe, rtol=1e-4)
    assert returns.index[-1].month == 1


def test_the_best_is_a_run_and_the_verdict_a_sentence(swept):
    best = swept.cells.loc[swept.cells.sharpe.idxmax()]
    assert swept.best.performance.trades == best.trades
    assert swept.best_parameters["rsi_period"] == best.rsi_period
    assert "deflated" in swept.verdict
    assert swept.verdict in repr(swept)
    assert "luck or a bug" in swept._repr_html_()


def test_an_interrupted_call_goes_on_when_it_is_made_again(swept, monkeypatch):
    from mbats.adapters.postgres.sweep_store import PostgresSweepStore

    data, stored = mb.snapshot(["EUR_USD"], "H1"), []
    add = PostgresSweepStore.add

    def interrupted(store, info, results):
        if len(stored) == 4:
            raise KeyboardInterrupt
        stored.extend(results)
        add(store, info, results)

    def again():
        return mb.sweep(mb.RsiBracket, data, grid={"rsi_period": range(40, 51)}, workers=1)

    with monkeypatch.context() as patch:
        patch.setattr(PostgresSweepStore, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            again()
    finished = again()
    assert len(finished.cells) == 11
    assert finished._result.swept.resumed == 4
