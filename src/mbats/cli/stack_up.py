from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("services", nargs=-1)
def up(services: tuple[str, ...]) -> None:
    """Bring the stack up: all services, or the SERVICES named and all that they need.

    The first time makes an environment for each kind of service, which takes some minutes; later ones take seconds.
    What runs already is left alone.

    \b
    Example:
      mbats stack up
      mbats stack up mlflow
    """
    from mbats.bootstrap.stack import StackOptions, native_launcher
    from mbats.settings import Settings

    launcher = native_launcher(Settings.from_environment(), StackOptions(services=services), _tell)
    launcher.up()
    click.echo("Next: mbats stack status", err=True)


@click.command()
def down() -> None:
    """Stop all services; the next `up` finds everything as it was.

    \b
    Example:
      mbats stack down
    """
    from mbats.bootstrap.stack import StackOptions, native_launcher
    from mbats.settings import Settings

    native_launcher(Settings.from_environment(), StackOptions()).down()


@click.command()
def prepare() -> None:
    """Make the roles, databases and buckets that the services need; the stack calls this itself.

    \b
    Example:
      mbats stack prepare
    """
    from mbats.bootstrap.stack_preparation import prepare as make
    from mbats.settings import Settings

    make(Settings.from_environment())


@click.command()
@click.argument("units", type=click.Path(path_type=Path))
@click.argument("secrets", type=click.Path(path_type=Path))
def units(units: Path, secrets: Path) -> None:
    """Make the secrets in the folder SECRETS, unless they are there, and write each container's unit below UNITS.

    \b
    Example:
      mbats stack units /run/mbats/units /srv/mbats/secrets
    """
    from mbats.bootstrap.stack import write_units

    write_units(units, secrets)


def _tell(line: str) -> None:
    click.echo(line, err=True)
