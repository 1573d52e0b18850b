"""What all timetables share: New York's clock, how often to try again, and a task that is an ``mbats`` command."""

from datetime import UTC, datetime, timedelta

import commands
from airflow.sdk import CronTriggerTimetable, task
from airflow.sdk.exceptions import AirflowFailException

NEW_YORK = "America/New_York"
SHARED = {
    "start_date": datetime(2024, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
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
