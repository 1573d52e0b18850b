from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def run(words: tuple[str, ...]) -> int:
    """Run any ``mbats`` COMMAND on the stack: on its database, objects and models, not on those of this shell.

    Strategies are those of the stack, in MBATS_HOME/strategies; `mbats stack move-in` brings yours there.

    \b
    Example:
      mbats stack run data list
      mbats stack run report latest
    """
    from mbats.bootstrap.stack_inside import enter
    from mbats.cli import run as mbats
    from mbats.settings import Settings

    code = enter(Settings.from_environment(), words)
    return mbats(list(words)) if code is None else code
