"""From an Excel file to a trade that can say why it was made: what a person does, step by step."""

from __future__ import annotations

import io
import json
from datetime import date
from secrets import token_hex
from typing import Any

from openpyxl import Workbook

from acceptance.waiting import until
from mbats.bootstrap.scheduling import MARKET_DATA, STRATEGIES
from mbats.secmaster.object_store import address

PAIRS = ("EUR_USD", "AUD_USD", "NZD_USD")
MODEL, SESSION = f"planted-{token_hex(2)}", "story"
"""A model of its own each time, so that a stack may hear the story twice."""
LEARNT_FROM = date(2025, 1, 27)
"""Where the exchange's history begins."""
_LEARNT_UNTIL = "2025-01-29"
_TRAINING = (
    *("--name", MODEL, "--vendor", "paper", "--timeframe", "M1", "--end", _LEARNT_UNTIL),
    *("--estimator", "ridge", "-f", "move_sign:12", "-f", "log_return:1", "-f", "bar_return"),
    *("--label", "forward-return:48", "--validation", "walk-forward:train=0.4,step=0.3"),
    *("--walk-forward", "none", "--no-controls"),
)
COLUMNS = "strategy,mode,instruments,model,account,parameters,schedule,enabled,name,timeframe"
ROW = f"ModelBracket,paper,{' '.join(PAIRS)},{MODEL}@champion,,threshold=0 max_bars=5,@daily,{{enabled}},{SESSION},M1"


def workbook(**tabs: list[list[Any]]) -> bytes:
    """Return an Excel file with some tabs, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class Story:
    """Does each step through the interface that people use for it."""

    def __init__(self, stack: Any, airflow: Any, superset: Any, objects: Any) -> None:
        self._stack, self._airflow, self._superset, self._objects = stack, airflow, superset, objects

    def put(self, key: str, content: bytes) -> None:
        """Upload a control file."""
        bucket, prefix = _place(self._stack.variables()["MBATS_OBJECT_STORE"], key)
        self._objects.put_object(Bucket=bucket, Key=prefix, Body=content)

    def download(self) -> Any:
        """Let Airflow download daily and minute bars of three pairs."""
        rows = [["instrument", "vendor", "start", "enabled"]]
        rows += [[pair, "paper", LEARNT_FROM, "yes"] for pair in PAIRS]
        self.put(MARKET_DATA, workbook(daily=rows, minute=rows))
        return self._airflow.run("market_data", patience=900)

    def retrain(self) -> Any:
        """Train a first version on two days as a person does, and let Airflow do what follows from there."""
        self._stack.run("mbats", "model", "train", *PAIRS, *_TRAINING)
        gates = ["turnover=off"]  # a model of minute bars trades often; its costs are in all other figures
        return self._airflow.run("retraining", patience=900, models=[MODEL], gates=gates)

    def start(self) -> Any:
        """Ask for a session by a row of the CSV control file; a timetable that is new runs at once."""
        name, known = self.timetable, bool(self._airflow.tasks(self.timetable))
        self._told(enabled="yes")
        until(lambda: self._airflow.tasks(name) == {"ask", "watch"}, 300, f"the timetable {name}")
        if known:
            return self._airflow.run(name, patience=900)
        first, *_ = until(lambda: self._airflow.runs(name), 300, f"the first run of {name}")
        return self._airflow.ended(name, first["dag_run_id"], patience=900)

    def stop(self) -> Any:
        """Take the row out, and wait until the session has ended."""
        self._told(enabled="no")
        until(lambda: self._airflow.tasks(self.timetable) == {"ask"}, 300, "the timetable without its watch")
        ended = self._airflow.run(self.timetable, patience=600)
        until(lambda: self.session()["condition"] == "stopped", 300, "the end of the session")
        return ended

    def first_trade(self) -> dict[str, Any]:
        """Return the first trade of the session that is closed."""
        return until(self._closed, 600, "a closed trade", pause=3.0)

    def stored(self, prefix: str) -> list[str]:
        """Return what the object store has whose key begins so."""
        bucket, start = _place(self._stack.variables()["MBATS_OBJECT_STORE"], prefix)
        pages = self._objects.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=start)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def versions(self) -> list[dict[str, Any]]:
        """Return the versions of the model, the newest one last."""
        listed: list[dict[str, Any]] = self.answer("model", "list", MODEL)
        return listed

    def session(self) -> dict[str, Any]:
        """Return how the session stands."""
        return self.answer("live", "status", SESSION)

    def answer(self, *words: str) -> Any:
        """Return the JSON document with which an ``mbats`` command answers."""
        return json.loads(self._stack.run("mbats", *words, "--json").stdout)

    @property
    def timetable(self) -> str:
        """The timetable that Airflow makes of the row."""
        return f"strategy.{SESSION}"

    def _told(self, enabled: str) -> None:
        self.put(STRATEGIES, f"{COLUMNS}\n{ROW.format(enabled=enabled)}\n".encode())
        read = self._airflow.run("strategies", patience=600)
        assert read.state == "success", read.logs

    def _closed(self) -> dict[str, Any] | None:
        listed = self._stack.run("mbats", "why", SESSION, "--all", "--json", check=False)
        trades = json.loads(listed.stdout) if not listed.returncode else []
        return next((trade for trade in trades if trade["exit"] != "open"), None)


def _place(store: str, key: str) -> tuple[str, str]:
    """Return bucket and key of something in a store."""
    bucket, _, inside = address(store, key).removeprefix("s3://").partition("/")
    return bucket, inside
