"""All bars that the securities master has, checked every night."""

from airflow.sdk import dag
from routine import SHARED, at, mbats


@dag(dag_id="data_quality", schedule=at("0 18 * * *"), tags=["mbats", "data"], **SHARED)
def data_quality():
    """Check all bars for gaps, crossed spreads, outliers and stale runs."""
    mbats.override(task_id="check")(["data", "check"])


data_quality()
