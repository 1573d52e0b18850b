"""Airflow itself reads our timetables: AIRFLOW_ENVIRONMENT names the environment that it is installed in."""

import json
import os
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

FOLDER = str(files("mbats.stack") / "dags")
READ = """
import json, sys
sys.path.insert(0, sys.argv[1])
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
told = {
    dag.dag_id: {
        "tasks": [task.task_id for task in dag.tasks],
        "clock": str(dag.timetable.timezone),
        "runs": dag.max_active_runs,
        "timeouts": all(task.execution_timeout for task in dag.tasks),
    }
    for dag in bag.dags.values()
}
print("ANSWER" + json.dumps([bag.import_errors, told]))
"""
ROW = {"name": "one", "mode": "paper", "schedule": "*/10 * * * *", "enabled": True, "arguments": ["live"]}
ROWS = [
    ROW,
    ROW | {"name": "two", "enabled": False},
    ROW | {"name": "three", "mode": "backtest"},
    ROW | {"name": "four", "mode": "backtest", "enabled": False},
]


@pytest.fixture(scope="module")
def airflow():
    usual = Path(".mbats") / "stack" / "environments" / "airflow"
    python = Path(os.environ.get("AIRFLOW_ENVIRONMENT", usual)) / "bin" / "python"
    if not python.exists():
        pytest.skip("no environment of Airflow: `mbats stack up airflow` makes one, AIRFLOW_ENVIRONMENT names it")
    return python


def read(airflow, folder):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "MBATS_VARIABLES": str(folder / "mbats.env"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(airflow), "-c", READ, FOLDER]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.rpartition("ANSWER")[2])


@pytest.fixture(scope="module")
def dags(airflow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "strategies.json").write_text(json.dumps(ROWS))
    errors, told = read(airflow, folder)
    assert not errors
    return told


def test_every_timetable_is_read_and_runs_by_new_yorks_clock(dags):
    usual = {"market_data", "data_quality", "strategies", "retraining", "kill_switch_drill"}
    assert set(dags) == usual | {"strategy.one", "strategy.two", "strategy.three"}
    for name, told in dags.items():
        assert told["clock"].count("America/New_York") == 1, name
        assert told["runs"] == 1
        assert told["timeouts"]


def test_a_session_is_asked_for_and_watched_and_a_backtest_is_run(dags):
    assert [dags[f"strategy.{name}"]["tasks"] for name in ("one", "two", "three")] == [
        ["ask", "watch"],
        ["ask"],
        ["backtest"],
    ]
