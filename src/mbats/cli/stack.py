from __future__ import annotations

import click

from mbats.cli.lazy import LazyGroup

COMMANDS = {
    "up": ("mbats.cli.stack_up:up", "Bring all services up."),
    "down": ("mbats.cli.stack_up:down", "Stop all services; nothing is lost."),
    "status": ("mbats.cli.stack_status:status", "Show how each service is, where it is and how to log in."),
    "logs": ("mbats.cli.stack_status:logs", "Show the log of a service."),
    "run": ("mbats.cli.stack_run:run", "Run any command on the stack's database, objects and models."),
    "backup": ("mbats.cli.stack_backup:backup", "Back everything up: databases, objects, your files."),
    "restore": ("mbats.cli.stack_backup:restore", "Bring a backup back."),
    "move-in": ("mbats.cli.stack_move_in:move_in", "Bring what you gathered without the stack into it."),
    "alert": ("mbats.cli.stack_alert:alert", "Tell people that a task failed; Airflow calls it itself."),
    "rotate": ("mbats.cli.stack_rotate:rotate", "Draw passwords and keys anew."),
    "page": ("mbats.cli.stack_page:page", "Serve the opening page; the stack calls it itself."),
    "units": ("mbats.cli.stack_up:units", "Write the containers' units; Compose calls it itself."),
    "dashboards": ("mbats.cli.stack_dashboards:dashboards", "Bring the dashboards into Superset, or compare them."),
    "prepare": ("mbats.cli.stack_up:prepare", "Make databases and buckets; the stack calls it itself."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def stack() -> None:
    """Run the whole platform: database, object store, MLflow, Airflow, Superset, Jupyter, pgAdmin, exchange, trader.

    \b
    Example:
      mbats stack up
    """
