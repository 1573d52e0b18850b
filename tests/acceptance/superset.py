"""Superset as its API shows it."""

from __future__ import annotations

from typing import Any

import httpx

from mbats.stack.dashboards.dashboard import Chart
from mbats.stack.dashboards.parameters import aggregate


class Superset:
    """One login."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=120, trust_env=False, headers={"Referer": address})
        self._login = {"username": user, "password": password, "provider": "db", "refresh": True}
        self._enter()

    def _enter(self) -> None:
        self._http.headers.pop("Authorization", None)
        told = self._http.post("/api/v1/security/login", json=self._login).raise_for_status().json()
        self._http.headers["Authorization"] = f"Bearer {told['access_token']}"
        token = self._http.get("/api/v1/security/csrf_token/").raise_for_status().json()["result"]
        self._http.headers["X-CSRFToken"] = token

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        """Return what the API answers; a login is good for a quarter of an hour, and is taken again after that."""
        if (answer := self._http.request(method, path, **options)).status_code == httpx.codes.UNAUTHORIZED:
            self._enter()
            answer = self._http.request(method, path, **options)
        return answer.raise_for_status().json()

    def rows(self, dataset: str, columns: list[str], **equal: Any) -> list[dict[str, Any]]:
        """Return what a chart over some columns of a dataset would show, where other columns have the values given."""
        query = {
            "columns": columns,
            "filters": [{"col": name, "op": "==", "val": value} for name, value in equal.items()],
            "row_limit": 1000,
        }
        return self._answer(dataset, query)

    def _answer(self, dataset: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        body = {"datasource": {"id": self._dataset(dataset), "type": "table"}, "queries": [query], "force": True}
        told = self._ask("POST", "/api/v1/chart/data", json=body)
        rows: list[dict[str, Any]] = told["result"][0]["data"]
        return rows

    def drawn(self, chart: Chart) -> list[dict[str, Any]]:
        """Return what a chart draws, by Superset's own reading of its parameters."""
        metrics = [aggregate(label, sql) for label, sql in chart.metrics.items()]
        columns = [name for name in (chart.x, *chart.by) if name]
        query = {"columns": columns, "metrics": metrics, "filters": [], "row_limit": 10}
        return self._answer(chart.dataset.name, query if metrics else query | {"metrics": None})

    def delete_chart(self, name: str) -> None:
        """Delete a chart, as a person may."""
        query = f"(filters:!((col:slice_name,opr:eq,value:'{name}')))"
        [found] = self._ask("GET", "/api/v1/chart/", params={"q": query})["result"]
        self._ask("DELETE", f"/api/v1/chart/{found['id']}")

    def _dataset(self, name: str) -> int:
        query = f"(filters:!((col:table_name,opr:eq,value:'{name}')))"
        [found] = self._ask("GET", "/api/v1/dataset/", params={"q": query})["result"]
        return int(found["id"])
