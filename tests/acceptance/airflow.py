"""Airflow as its REST API shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from acceptance.waiting import until


@dataclass(frozen=True)
class Ended:
    """A run of a timetable that has ended, and its tasks."""

    state: str
    tasks: list[dict[str, Any]]
    logs: dict[tuple[str, int], str]

    def states(self, task: str) -> list[str]:
        """Return how each part of a task ended, in the order of what it was spread over."""
        mine = sorted((one for one in self.tasks if one["task_id"] == task), key=lambda one: one["map_index"])
        return [one["state"] for one in mine]

    def log(self, task: str, part: int = -1) -> str:
        """Return what a failed task wrote."""
        return self.logs[task, part]


class Airflow:
    """One login."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=60, trust_env=False)
        told = self._http.post("/auth/token", json={"username": user, "password": password})
        self._http.headers["Authorization"] = f"Bearer {told.raise_for_status().json()['access_token']}"

    def get(self, path: str, **query: Any) -> Any:
        """Return what the API answers below ``/api/v2``."""
        return self._http.get(f"/api/v2{path}", params=query).raise_for_status().json()

    def timetables(self) -> set[str]:
        """Return the names of ours that it has read."""
        return {dag["dag_id"] for dag in self.get("/dags", tags="mbats")["dags"]}

    def tasks(self, dag: str) -> set[str]:
        """Return the tasks of a timetable; of one that is not there, none."""
        told = self._http.get(f"/api/v2/dags/{dag}/tasks")
        return {task["task_id"] for task in told.json()["tasks"]} if told.is_success else set()

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Return the runs of a timetable so far, the first one first."""
        told: list[dict[str, Any]] = self.get(f"/dags/{dag}/dagRuns", order_by="run_after")["dag_runs"]
        return told

    def run(self, dag: str, patience: float, **parameters: Any) -> Ended:
        """Switch a timetable on, run it once and wait for its end."""
        return self.ended(dag, self.begin(dag, **parameters), patience)

    def begin(self, dag: str, **parameters: Any) -> str:
        """Switch a timetable on, and begin a run of it."""
        self._http.patch(f"/api/v2/dags/{dag}", json={"is_paused": False}).raise_for_status()
        body = {"logical_date": None, "conf": parameters}
        begun = self._http.post(f"/api/v2/dags/{dag}/dagRuns", json=body).raise_for_status().json()
        return str(begun["dag_run_id"])

    def task_states(self, dag: str, run: str, task: str) -> list[str]:
        """Return how each part of a task stands."""
        told = self.get(f"/dags/{dag}/dagRuns/{run}/taskInstances", limit=200)["task_instances"]
        return [one["state"] for one in told if one["task_id"] == task]

    def ended(self, dag: str, run: str, patience: float) -> Ended:
        """Wait for the end of a run."""
        place = f"/dags/{dag}/dagRuns/{run}"
        ended = ("success", "failed")
        state = until(lambda: (now := self._state(place)) in ended and now, patience, f"the end of {dag}")
        tasks = self.get(f"{place}/taskInstances", limit=200)["task_instances"]
        failed = [task for task in tasks if task["state"] == "failed"]
        logs = {(task["task_id"], task["map_index"]): self._log(place, task) for task in failed}
        return Ended(state, tasks, logs)

    def _state(self, place: str) -> str:
        """Return how a run stands; nothing while Airflow is without its database."""
        try:
            return str(self.get(place)["state"])
        except httpx.HTTPError:
            return ""

    def _log(self, place: str, task: dict[str, Any]) -> str:
        number, query = task["try_number"], {"map_index": task["map_index"], "full_content": True}
        told = self.get(f"{place}/taskInstances/{task['task_id']}/logs/{number}", **query)["content"]
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in told)
