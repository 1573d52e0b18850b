"""The stack's backup, every night; it begins switched on, because nobody misses a backup before it is too late."""

from airflow.sdk import dag
from routine import SHARED, at, mbats


@dag(dag_id="backup", schedule=at("30 20 * * *"), tags=["mbats", "stack"], is_paused_upon_creation=False, **SHARED)
def backup():
    """Back up databases, objects and people's files, and let old backups go."""
    mbats.override(task_id="backup")(["stack", "backup"])


backup()
