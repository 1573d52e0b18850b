from __future__ import annotations

import click

from mbats.cli.console import emit, next_step


@click.group()
def config() -> None:
    """Show the settings in force.

    \b
    Example:
      mbats config show
    """


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(as_json: bool) -> None:
    """Show where MBATS keeps its state and finds its services; passwords are masked.

    \b
    Example:
      MBATS_HOME=/data/mbats mbats config show
    """
    from mbats.settings import Settings

    settings = Settings.from_environment().shown()
    emit(settings if as_json else {name: value or "not set" for name, value in settings.items()}, as_json)
    next_step("mbats demo")
