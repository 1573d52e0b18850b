"""Bars of what the control file names, one task an instrument, and a check of all that was fetched."""

import commands
from airflow.sdk import Param, dag, task
from routine import SHARED, asked, at, mbats, refuse


@task
def rows(params):
    """Return what the rows of the control file ask for, and which of them cannot be used."""
    file = ["--file", params["file"]] if params["file"] else []
    return asked(commands.document, "schedule", "downloads", *file)


@task
def each(plan, what):
    """Return the arguments of one command for each row."""
    return [row[what] for row in plan["rows"]]


@task
def refused(plan):
    """Return why some rows cannot be used."""
    return plan["refused"]


@dag(
    dag_id="market_data",
    schedule=at("15 17 * * 1-5"),
    tags=["mbats", "data"],
    params={"file": Param("", type="string", description="A control file; empty: control/market-data.xlsx")},
    **SHARED,
)
def market_data():
    """Download daily and minute bars by the Excel control file, then check them."""
    plan = rows()
    fetched = mbats.override(task_id="ingest", max_active_tis_per_dag=2).expand(arguments=each(plan, "ingest"))
    looked_at = mbats.override(task_id="check", max_active_tis_per_dag=2, trigger_rule="all_done").expand(
        arguments=each.override(task_id="each_check")(plan, "check")
    )
    fetched >> looked_at
    refuse(refused(plan))


market_data()
