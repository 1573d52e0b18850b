"""Airflow has read our timetables, and knows when each is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

DUE = {
    "market_data": "17:15",
    "data_quality": "18:00",
    "retraining": "06:00",
    "kill_switch_drill": "12:00",
}
"""By New York's clock."""


def test_every_timetable_is_read(airflow):
    assert airflow.get("/importErrors")["import_errors"] == []
    assert airflow.timetables() >= {*DUE, "strategies", "backup"}


@pytest.mark.parametrize("name", DUE)
def test_a_timetable_is_due_by_new_yorks_clock_and_runs_alone(airflow, name):
    told = airflow.get(f"/dags/{name}/details")
    due = datetime.fromisoformat(told["next_dagrun_run_after"]).astimezone(ZoneInfo("America/New_York"))
    assert f"{due:%H:%M}" == DUE[name]
    assert told["max_active_runs"] == 1


@pytest.mark.parametrize("name", [*DUE, "strategies"])
def test_a_command_that_hangs_is_ended(airflow, name):
    tasks = airflow.get(f"/dags/{name}/tasks")["tasks"]
    assert all(task["execution_timeout"] for task in tasks), name
