"""The kill switch, rehearsed on a paper exchange of its own: no session and no account is touched."""

from airflow.sdk import dag
from routine import SHARED, at, mbats


@dag(dag_id="kill_switch_drill", schedule=at("0 12 * * 6"), tags=["mbats", "live"], **SHARED)
def kill_switch_drill():
    """Measure how long the watchdog takes to close everything."""
    mbats.override(task_id="drill")(["live", "drill"])


kill_switch_drill()
