"""The strategies of the CSV control file: a timetable for each row, made from a manifest that is kept up to date.

Only the file `MANIFEST` is read here; a row that cannot be used stays out of it, and its backtest or session stays as
it was. What trades is the trader's business: a row of a session says what is wanted, and looks how it stands.
"""

import json
import os
from pathlib import Path

import commands
from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException
from routine import BEGUN, SHARED, asked, at, mbats, refuse

MANIFEST = Path(os.environ.get("MBATS_VARIABLES", "mbats.env")).with_name("strategies.json")
_WELL, _WRONG = {"running", "paused"}, {"failed", "stopped"}


@task
def read():
    """Read the control file, keep its good rows as manifest, and return why others cannot be used."""
    judged = asked(commands.document, "schedule", "strategies")
    draft = MANIFEST.with_suffix(".draft")
    draft.write_text(json.dumps(judged["rows"]), encoding="utf-8")
    draft.replace(MANIFEST)
    return judged["refused"]


@dag(dag_id="strategies", schedule=at("*/10 * * * *"), tags=["mbats", "strategies"], **SHARED)
def strategies():
    """Bring the timetables of all strategies up to the control file."""
    refuse(read())


@task.sensor(poke_interval=15, timeout=600, mode="reschedule")
def watch(name):
    """Wait until the trader runs a session; a session that failed is a person's business."""
    state = asked(commands.document, "live", "status", name)
    if state["condition"] in _WRONG:
        raise AirflowFailException(f"session {name} has {state['condition']}: {state['reason']}")
    return state["condition"] in _WELL


def timetable(row):
    """Make the timetable of one row."""
    session = row["mode"] != "backtest"

    @dag(
        dag_id=f"strategy.{row['name']}",
        schedule=at(row["schedule"]),
        start_date=BEGUN,
        tags=["mbats", "strategies", row["mode"]],
        is_paused_upon_creation=False,
        **SHARED,
    )
    def strategy():
        done = mbats.override(task_id="ask" if session else "backtest")(row["arguments"])
        if session and row["enabled"]:
            done >> watch(row["name"])

    strategy()


strategies()
for _row in json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else []:
    if _row["enabled"] or _row["mode"] != "backtest":
        timetable(_row)
