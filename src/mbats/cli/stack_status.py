from __future__ import annotations

import click

from mbats.cli.console import emit, next_step


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show how each service is, its address and who may log in; where the passwords are is named last.

    Ends with 1 when a service that was asked for is not well, or none was.

    \b
    Example:
      mbats stack status
    """
    from mbats.bootstrap.stack import status_rows
    from mbats.bootstrap.stack_launcher import launcher
    from mbats.settings import Settings

    stack = launcher(Settings.from_environment())
    rows = status_rows(stack)
    asked = [row for row in rows if row["asked"]]
    emit(rows if as_json else [{name: row[name] for name in row if name != "asked"} for row in rows], as_json)
    if asked:
        click.echo(f"Passwords: {stack.passwords}", err=True)
    else:
        next_step("mbats stack up")
    if not asked or not all(row["well"] for row in asked):
        click.get_current_context().exit(1)


@click.command()
@click.argument("service")
@click.option("--lines", default=50, show_default=True, type=click.IntRange(1), help="How many lines from the end.")
def logs(service: str, lines: int) -> None:
    """Show the end of a SERVICE's log.

    \b
    Example:
      mbats stack logs mlflow
    """
    from mbats.bootstrap.stack import log_tail
    from mbats.bootstrap.stack_launcher import launcher
    from mbats.settings import Settings

    click.echo(log_tail(launcher(Settings.from_environment()), service, lines))
