from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mbats.cli.console import next_step, progress_console, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command()
@click.argument("services", nargs=-1)
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="More of it: celery, ray; may be repeated.")
@click.option("--launcher", type=click.Choice(["native", "compose"]), help="Processes of this machine, or containers.")
@click.option("--no-profiles", "plain", is_flag=True, help="The plain stack again, without any profile.")
def up(services: tuple[str, ...], profiles: tuple[str, ...], plain: bool, launcher: str | None) -> None:
    """Bring the stack up: all services, or the SERVICES named and all that they need.

    Containers where a Docker engine answers and MBATS runs from its checkout, else processes of this machine. The first
    time makes an image or an environment for each kind of service, which takes some minutes; later ones take seconds.
    What runs already is left alone. Launcher, profiles, MBATS_WORKERS (how many workers a profile has) and ports that
    were moved by MBATS_PORT_<SERVICE> are as at the last time, unless something else is said.

    \b
    Example:
      mbats stack up
      mbats stack up mlflow
      MBATS_WORKERS=3 mbats stack up --profile celery
    """
    if plain and profiles:
        raise click.UsageError("--profile and --no-profiles contradict one another")
    from mbats.bootstrap.moving_in import has_gathered
    from mbats.bootstrap.stack import StackOptions
    from mbats.bootstrap.stack_launcher import launcher as launcher_of
    from mbats.settings import Settings

    options = StackOptions(() if plain else profiles or None, services, launcher)
    settings = Settings.from_environment()
    with _told("Bringing the stack up") as told:
        launcher_of(settings, options, told).up()
    if has_gathered(settings):
        tell("What you gathered before is not in it until you say so: mbats stack move-in")
    next_step("mbats stack status")


@click.command()
def down() -> None:
    """Stop all services; the next `up` finds everything as it was.

    \b
    Example:
      mbats stack down
    """
    from mbats.bootstrap.stack_launcher import launcher
    from mbats.settings import Settings

    with _told("Stopping the stack") as told:
        launcher(Settings.from_environment(), told=told).down()


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


@contextmanager
def _told(what: str) -> Iterator[Callable[[str], None]]:
    """Yield what says how far the work is: lines, and on a terminal the last one with the time that it takes."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = progress_console()
    if not screen.is_terminal:
        yield tell
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(what)

        def show(line: str) -> None:
            bar.console.print(line, highlight=False, soft_wrap=True)
            bar.update(task, description=f"{what}: {line}")

        yield show
