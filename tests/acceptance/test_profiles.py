"""More of the stack by profile: Airflow's tasks in two Celery workers, one of which is killed, and a sweep over Ray."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from acceptance.waiting import until

pytestmark = pytest.mark.skipif("PROFILES" not in os.environ, reason="takes minutes: make profiles")
SWEEP = ("mbats", "backtest", "sweep", "RsiBracket", "-s", "EUR_USD", "--vendor", "paper", "--timeframe", "M1")
GRID = ("--grid", "rsi_period=10:30:10", "--grid", "stop_atr=1,2", "--json")


@pytest.fixture(scope="module", autouse=True)
def profiles(stack, downloaded):
    stack.up("--profile", "celery", "--profile", "ray")
    yield
    stack.up("--no-profiles")
    assert "ray" not in stack.status()


def downloads(airflow):
    newest = airflow.runs("market_data")[-1]["dag_run_id"]
    tasks = airflow.get(f"/dags/market_data/dagRuns/{newest}/taskInstances", limit=200)["task_instances"]
    return [task for task in tasks if task["task_id"] == "ingest" and task["state"] == "running"]


def test_what_a_killed_worker_was_doing_is_done_by_another(stack, airflow, story):
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(story.download)
        until(lambda: downloads(airflow), 300, "a download at work", pause=0.2)
        stack.kill("airflow-worker-1")
        ended = told.result()
    assert ended.state == "success", ended.logs
    assert set(ended.states("ingest")) == {"success"}
    workers = ("valkey", "airflow-worker-1", "airflow-worker-2")
    until(lambda: all(stack.status()[name]["well"] for name in workers), 300, "the killed worker")


def test_a_sweep_finds_the_cluster_by_itself_and_comes_to_the_same_table(stack):
    here = json.loads(stack.run(*SWEEP, *GRID, "--workers", "1").stdout)
    there = json.loads(stack.run(*SWEEP, *GRID, "--executor", "ray", service="ray").stdout)
    assert there["cells"] == here["cells"]
    assert there["best"] == here["best"]
