from __future__ import annotations

import click


@click.command()
@click.argument("timetable")
@click.argument("task")
@click.argument("said")
@click.option("--row", default="", help="Which of the task's rows, and what it ran.")
@click.option("--log", default="", metavar="URL", help="Where its log is.")
def alert(timetable: str, task: str, said: str, row: str, log: str) -> None:
    """Tell people that a TASK of a TIMETABLE failed, and what it SAID; Airflow calls it itself.

    Whom to tell is in MBATS_ALERTS, or in the file that MBATS_ALERTS_FILE names: in the stack, alerts.txt under
    MBATS_HOME.

    \b
    Example:
      mbats stack alert market_data ingest "no bars of EUR_USD"
    """
    from mbats.bootstrap.alerting import tell_of_failed_task
    from mbats.settings import Settings

    tell_of_failed_task(Settings.from_environment(), timetable, task, said, row=row, log=log)
