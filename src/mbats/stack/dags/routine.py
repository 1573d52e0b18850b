"""What all timetables share: New York's clock, how often to try again, and a task that is an ``mbats`` command."""

from datetime import UTC, datetime, timedelta

import commands
from airflow.sdk import CronTriggerTimetable, task
from airflow.sdk.exceptions import AirflowFailException

NEW_YORK = "America/New_York"


def tell(context):
    """Tell people of a task that failed for good; a failure to tell is itself no more than a line in its log."""
    task, said = context["task_instance"], str(context.get("exception") or "it gave no reason")
    row = f"{task.map_index}: {said.partition(' ended ')[0]}" if task.map_index >= 0 else ""
    words = ["--row", row, "--log", task.log_url, "--", task.dag_id, task.task_id, said]
    try:
        commands.run("stack", "alert", *words)
    except (commands.Refused, commands.Broken) as problem:
        print(f"nobody was told: {problem}")


BEGUN = datetime(2024, 1, 1, tzinfo=UTC)
"""A timetable that began so long ago runs at once when it is new or switched on; one without waits for its time."""
SHARED = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "on_failure_callback": tell,
        "execution_timeout": timedelta(hours=2),
    },
    "dagrun_timeout": timedelta(hours=6),
}


def at(cron):
    """Return the timetable of a clock in New York, summer and winter."""
    return CronTriggerTimetable(cron, timezone=NEW_YORK)


def asked(run, *arguments):
    """Return what a command answers; where it says no, another attempt is not made."""
    try:
        return run(*arguments)
    except commands.Refused as refused:
        raise AirflowFailException(str(refused)) from None


@task(task_display_name="mbats")
def mbats(arguments):
    """Run one command and print its answer."""
    print(asked(commands.run, *arguments))


@task
def refuse(refused):
    """Fail where rows of a control file could not be used; all other rows have had their turn."""
    if refused:
        raise AirflowFailException("\n".join(refused))
