"""Bayesian search with its study in a real PostgreSQL: finds, repeats nothing, and goes on where it was killed."""

import logging
import math
import subprocess
import sys
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest
from optuna.trial import TrialState
from sqlalchemy import create_engine, text

from mbats.adapters.optuna import storage as study_storage
from mbats.adapters.optuna.search import BayesianSearch
from mbats.adapters.optuna.storage import Storage
from mbats.adapters.postgres.server import open_server
from mbats.errors.database import DatabaseUnreachable
from mbats.pipelines.sweep.axis import Choices, Interval, Steps
from mbats.pipelines.sweep.cell import CellResult
from mbats.pipelines.sweep.objective import Constraint, Objective
from mbats.pipelines.sweep.space import Space
from mbats.strategies.samples.rsi_bracket import RsiBracket

SHARPE = Objective("sharpe", (Constraint("trades", ">=", 30.0),))


@pytest.fixture
def storage(postgres):
    return Storage(postgres.studies().url)


@pytest.fixture
def space():
    return Space(
        RsiBracket,
        {},
        [
            Steps("rsi_period", Decimal(10), Decimal(5), 7, integer=True),
            Interval("stop_atr", 0.5, 3.0, log=True, integer=False),
            Steps("target_atr", Decimal("0.5"), Decimal("0.1"), 31, integer=False),
        ],
    )


@pytest.fixture
def study():
    return f"test-{uuid4()}"


def searching(space, storage, study, count=24, seed=1):
    return BayesianSearch(space, SHARPE, count=count, seed=seed, storage=storage, study=study)


def judged(cell):
    """Best at a period of 25 and a stop of 1.5 ATR; too few trades with a wide target."""
    period, stop, target = (cell.parameters[name] for name in ("rsi_period", "stop_atr", "target_atr"))
    sharpe = 2 - abs(period - 25) / 10 - abs(math.log(stop / 1.5)) - target / 10
    figures = {"sharpe": sharpe, "trades": 10.0 if target > 3 else 100.0}
    return CellResult(cell, figures, np.zeros(0))


def run(search, size=2, until=10**9):
    found = []
    while len(found) < until and (cells := search.ask(size)):
        results = [judged(cell) for cell in cells]
        search.tell(results)
        found += results
    return found


def states(storage, study):
    trials = storage.study(study).get_trials()
    return [trial.state for trial in trials if "cell" in trial.user_attrs]


pytestmark = pytest.mark.filterwarnings("error::UserWarning")


def test_gives_every_cell_once_with_exact_steps_and_then_no_more(storage, space, study):
    found = run(searching(space, storage, study))
    assert [result.cell.number for result in found] == list(range(24))
    assert len({str(result.cell.parameters) for result in found}) == 24
    for result in found:
        assert result.cell.parameters["rsi_period"] in range(10, 41, 5)
        assert result.cell.parameters["target_atr"] == round(result.cell.parameters["target_atr"], 1)
        assert 0.5 <= result.cell.parameters["stop_atr"] <= 3
    assert searching(space, storage, study).ask(1) != []  # nothing was told in this session: all are handed out again


def test_finds_better_cells_than_chance(storage, space, study):
    found = [result.figures["sharpe"] for result in run(searching(space, storage, study, count=50))]
    assert np.median(found[-20:]) > np.median(found[:10]) + 0.2


def test_the_same_seed_draws_the_same_cells_and_another_one_others(storage, space, study):
    first = [result.cell for result in run(searching(space, storage, study, count=15))]
    again = [result.cell for result in run(searching(space, storage, f"{study}-again", count=15))]
    other = [result.cell for result in run(searching(space, storage, f"{study}-other", count=15, seed=2))]
    assert first == again
    assert first != other


def test_goes_on_after_a_kill_as_if_it_had_not_happened(storage, space, study):
    whole = run(searching(space, storage, f"{study}-whole"))
    search = searching(space, storage, study)
    stored = run(search, until=14)
    search.ask(2)  # in flight when it is killed
    search.tell([])
    resumed = searching(space, storage, study)
    resumed.tell(stored[:12])  # the last two were told to the study, but were not stored
    rest = run(resumed)
    assert [result.cell.number for result in rest] == list(range(12, 24))
    assert {result.cell.number: result.cell for result in stored[:12] + rest} == {
        result.cell.number: result.cell for result in whole
    }
    assert len(states(storage, study)) == 24
    assert set(states(storage, study)) <= {TrialState.COMPLETE, TrialState.PRUNED}


def test_what_was_stored_but_not_told_is_told_and_what_the_study_forgot_comes_back(storage, space, study):
    search = searching(space, storage, study)
    stored = run(search, until=6)
    stored += [judged(cell) for cell in search.ask(2)]
    for name in (study, f"{study}-forgotten"):
        resumed = searching(space, storage, name)
        resumed.tell(stored)
        assert [cell.number for cell in resumed.ask(1)] == [8]
        assert states(storage, name).count(TrialState.RUNNING) == 1


def test_a_broken_constraint_prunes(storage, space, study):
    found = run(searching(space, storage, study))
    broken = [result.figures["trades"] < 30 for result in found]
    assert any(broken)
    assert [state is TrialState.PRUNED for state in states(storage, study)] == broken


def test_a_small_space_is_searched_to_its_end_and_not_beyond(storage, study):
    space = Space(RsiBracket, {}, [Choices("rsi_period", (10, 20, 30)), Choices("stop_atr", (0.5, 1.5))])
    search = BayesianSearch(space, SHARPE, count=100, seed=1, storage=storage, study=study)
    assert search.total == 6
    assert len({str(result.cell.parameters) for result in run(search)}) == 6


def test_trials_whose_heart_stopped_do_not_stay_running(storage, space, study, as_role):
    first, _ = searching(space, storage, study).ask(2)
    with create_engine(storage.rdb.url, **storage.rdb.engine_kwargs).connect() as connection:
        beats = connection.execute(text("UPDATE trial_heartbeats SET heartbeat = heartbeat - interval '1 hour'"))
        assert beats.rowcount >= 2
        connection.commit()
    storage.study(f"{study}-somebody-elses")
    trials = storage.study(study).get_trials()
    assert [trial.state for trial in trials] == [TrialState.FAIL] * 2 + [TrialState.WAITING] * 2
    resumed = searching(space, storage, study, count=5)
    resumed.tell([judged(first)])
    assert [result.cell.number for result in run(resumed)] == list(range(1, 5))
    assert TrialState.RUNNING not in {trial.state for trial in storage.study(study).get_trials()}


def test_the_password_is_in_no_url_no_error_and_no_log(postgres, storage, caplog):
    caplog.set_level(logging.DEBUG)
    url = postgres.studies().url
    password = postgres.studies().password
    assert password in url
    Storage(url)
    assert password not in storage.rdb.url
    with pytest.raises(DatabaseUnreachable, match="mbats_tuner") as caught:
        Storage(url.replace(password, f"{password}x"))
    assert password not in str(caught.value)
    assert password not in caplog.text


def test_two_that_come_first_at_once_make_one_schema(own_home):
    server = open_server(own_home)
    code = "from mbats.adapters.optuna.storage import Storage\nimport sys\nStorage(sys.stdin.read())"
    first = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in first:
        process.stdin.write(server.studies().url)
        process.stdin.close()
    assert [(process.wait(), process.stderr.read()) for process in first] == [(0, "")] * 2


def test_a_heart_beats_while_a_trial_is_in_flight(storage, space, study, monkeypatch):
    monkeypatch.setattr("mbats.adapters.optuna.trials.HEARTBEAT", 0.01)
    search = searching(space, storage, study)
    [cell] = search.ask(1)
    seen = set()
    with create_engine(storage.rdb.url, **storage.rdb.engine_kwargs).connect() as connection:
        while len(seen) < 3:
            seen.add(connection.execute(text("SELECT max(heartbeat) FROM trial_heartbeats")).scalar())
            connection.rollback()
    search.tell([judged(cell)])
    assert study_storage.HEARTBEAT >= 10
