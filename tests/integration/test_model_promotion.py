"""From a planted market to a champion, its drift, its successor and back: commands, real database and MLflow."""

import json
from datetime import UTC, datetime

import psycopg
import pytest

import mbats as mb
from mbats.bootstrap import wiring
from mbats.cli import run
from mbats.market.local_time import nanoseconds
from mbats.market.planted import VENDOR, planted
from mbats.market.timeframe import Timeframe
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.secmaster.screening import flags
from mbats.settings import Settings
from mbats.strategies.model_bracket import ModelBracket

START = nanoseconds(datetime(2015, 1, 1, tzinfo=UTC))
GATES = ["--gate", "turnover=off", "--costs", "none", "-p", "threshold=0", "-p", "max_bars=1", "-p", "stop_atr=10"]
TRAINING = ["--label", "forward-return:1", "--estimator", "ridge", "--walk-forward", "none", "-f", "log_return:12"]


def until(year, month):
    """Have bars of the planted market up to a month in the master."""
    end = nanoseconds(datetime(year, month, 1, tzinfo=UTC))
    bars = planted(["EUR_USD"], Timeframe("H1"), START, end, signal=0.2, seed=3)["EUR_USD"]
    key = BarKey("EUR_USD", VENDOR, "H1", bars.alignment)
    source = IngestionSource(f"planted until {year}-{month}", "0" * 64, "test")
    wiring.security_master(Settings.from_environment()).ingest([BarBatch(key, bars, flags(bars))], source)


@pytest.fixture
def mbats(capsys):
    """Run a command and return its exit code and what it printed as JSON."""

    def call(*words):
        capsys.readouterr()
        code = run([*words, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.strip() else err

    return call


def test_the_whole_life_of_a_champion(home, mbats):
    until(2016, 1)
    code, trained = mbats("model", "train", "EUR_USD", "--name", "signal", "--end", "2015-09", *TRAINING)
    assert code == 0, trained
    code, verdict = mbats("model", "promote", "signal", *GATES)
    assert code == 0, verdict
    assert verdict["winner"] == "signal/1"
    assert all(gate["passed"] for gate in verdict["judgements"][0]["gates"])
    assert verdict["synthetic"]

    code, told = mbats("model", "promote", "signal", *GATES)
    assert code == 1
    assert "champion itself" in told
    code, told = mbats("model", "promote", "signal", "--to", "live")
    assert code == 1
    assert "generated data" in told

    code, drift = mbats("model", "drift", "signal")
    assert code == 0
    assert not drift["drifted"]
    code, done = mbats("model", "retrain", "signal", *GATES)
    assert (code, done["outcome"]) == (0, "done")

    until(2016, 6)
    code, waiting = mbats("model", "retrain", "signal", *GATES, "--gate", "bars=100000")
    assert (code, waiting["outcome"]) == (0, "waiting")
    code, stable = mbats("model", "retrain", "signal", *GATES, "--if-drift")
    assert (code, stable["outcome"]) == (0, "stable")
    code, done = mbats("model", "retrain", "signal", *GATES, "--gate", "lead=off")
    assert (code, done["outcome"], done["trained"]) == (0, "promoted", "signal/2"), done
    code, again = mbats("model", "retrain", "signal", *GATES, "--gate", "lead=off")
    assert (code, again["outcome"]) == (0, "done")

    code, move = mbats("model", "rollback", "signal")
    assert (code, move["before"], move["to"]) == (0, 2, 1)
    code, listed = mbats("model", "list", "signal")
    assert [line["aliases"] for line in listed] == ["champion", ""]
    with psycopg.connect(wiring.server(Settings.from_environment()).bi_url("risk")) as reader:
        moves = reader.execute("SELECT alias, before, target, cause FROM report.model_moves ORDER BY moved_at, alias")
        assert ("champion", 2, 1, "rollback") in moves.fetchall()
        assert reader.execute("SELECT count(*) FROM report.model_drift").fetchone()[0] >= 1

    session = paper_session("signal@champion")
    code, shadowed = mbats("model", "drift", "signal", "--session", session)
    assert code == 0, shadowed
    assert shadowed["source"] == session
    own, other = shadowed["shadows"]
    assert (own["version"], own["traded"]) == ("signal/1", True)
    assert (other["version"], other["traded"]) == ("signal/2", False)
    code, explained = mbats("live", "explain", session)
    assert own["net_profit"] == pytest.approx(float(explained["expected"]), abs=0.01)
    assert own["trades"] > 10 < other["trades"]


def paper_session(model):
    """Trade a model on a paper exchange over the last days, and return the session's name."""
    strategy = ModelBracket(model=model, threshold=0.0, max_bars=1, stop_atr=10)
    data = mb.snapshot(["EUR_USD"], "H1", "2016-05-10")
    return mb.paper(strategy, data, since="2016-05-25").session.terms.name
