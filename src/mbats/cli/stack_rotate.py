from __future__ import annotations

import click

from mbats.cli.console import tell


@click.command()
@click.argument("secrets", nargs=-1)
def rotate(secrets: tuple[str, ...]) -> None:
    """Draw the stack's passwords and keys anew, all or the SECRETS named, and restart what knows them.

    Kept are the two keys with which Airflow and Superset have encrypted what they store. If something interrupts the
    command, repeat it: it goes on with what it drew.

    \b
    Example:
      mbats stack rotate
      mbats stack rotate jupyter
    """
    from mbats.bootstrap.stack_launcher import launcher
    from mbats.bootstrap.stack_rotation import rotate as draw
    from mbats.settings import Settings

    settings = Settings.from_environment()
    changed = draw(settings, secrets, tell)
    tell(f"Changed: {', '.join(changed)}\nPasswords: {launcher(settings).passwords}")
