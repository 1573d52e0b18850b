from __future__ import annotations

import click

from mbats.cli.contained import ContainedCommand


@click.command(cls=ContainedCommand)
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where Superset's differ from ours.")
def dashboards(check: bool) -> None:
    """Bring the dashboards into Superset, over whatever was changed there; the stack calls it itself.

    \b
    Example:
      mbats stack dashboards --check
    """
    from mbats.bootstrap.dashboards import bring_dashboards, check_dashboards
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if check:
        click.echo(f"{check_dashboards(settings)} assets in Superset are as they should be.", err=True)
    else:
        click.echo(f"{bring_dashboards(settings)} assets are in Superset.", err=True)
