"""Two stored runs, trade by trade, from the command line and from a notebook."""

import json

import pytest

import mbats as mb
from mbats.cli import run


@pytest.fixture(scope="module")
def runs(tmp_path_factory, discard):
    """Three stored runs on three months of the reference market: venue fills twice, Backtrader's once."""
    folder = tmp_path_factory.mktemp("comparisons")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MBATS_HOME", str(folder / "home"))
        assert run(["data", "reference", "EUR_USD", "USD_JPY", "--start", "2025-01", "--end", "2025-04"]) == 0
        command = ["backtest", "run", "RsiBracket", "-s", "EUR_USD", "-s", "USD_JPY"]
        for options in ([], [], ["--fills", "backtrader", "--no-costs"]):
            assert run([*command, *options]) == 0
        assert run(["backtest", "run", "RsiBracket", "-s", "EUR_USD", "-p", "rsi_low=35"]) == 0
        yield folder
        discard(folder / "home")


@pytest.fixture
def ids(runs, capsys):
    capsys.readouterr()
    assert run(["backtest", "list", "--json"]) == 0
    found = [line["run"] for line in json.loads(capsys.readouterr().out)]
    return dict(zip(("stricter", "backtrader", "again", "venue"), found, strict=True))


@pytest.fixture
def mbats(runs, capsys):
    """Run a command and return its exit code, stdout and stderr."""

    def call(*arguments):
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_repeated_run_has_every_trade_again(ids, mbats):
    code, out, err = mbats("backtest", "compare", ids["venue"], ids["again"])
    assert code == 0
    assert "Every trade is the same, to the last bit." in out
    assert f"mbats report {ids['again']}" in err


def test_the_two_fill_rules_part_and_say_where_and_why(ids, mbats):
    code, out, _ = mbats("backtest", "compare", ids["venue"], ids["backtrader"])
    assert code == 0
    assert "They part first in" in out
    assert "A has venue fills, B backtrader fills." in out
    assert "mid" in out
    assert "ask" in out
    code, out, _ = mbats("backtest", "compare", ids["venue"], ids["backtrader"], "--json")
    told = json.loads(out)
    assert code == 0
    assert sum(told["counts"].values()) == len(told["trades"])
    assert told["first"]["reasons"]
    assert {"name": "fills", "a": "venue", "b": "backtrader"} in told["inputs"]


def test_a_parameter_that_differs_is_named(ids, mbats):
    told = json.loads(mbats("backtest", "compare", ids["venue"], "latest", "--json")[1])
    assert any("rsi_low: 40.0 in A, 35.0 in B" in reason for reason in told["first"]["reasons"])


def test_what_cannot_be_compared_is_an_expected_failure(ids, mbats):
    code, _, err = mbats("backtest", "compare", "latest", ids["stricter"])
    assert code == 1
    assert "a run equals itself" in err
    code, _, err = mbats("backtest", "compare", "ffffffff", "latest")
    assert code == 1
    assert "ffffffff" in err


def test_a_notebook_gets_one_row_a_trade(ids, runs):
    frame = mb.compare(ids["venue"], mb.run(ids["backtrader"]))
    told = frame.groupby("match").size()
    assert told.sum() == len(frame)
    alone = frame[frame.match == "only in A"]
    assert alone.entry_price_b.isna().all()
    assert alone.entry_price_a.notna().all()
    assert frame.entry_time.is_monotonic_increasing
    assert "fills: venue in A, backtrader in B" in frame.attrs["inputs"]
    assert frame.attrs["first"]
