from __future__ import annotations

import click


@click.command()
def trader() -> None:
    """Keep live sessions as they are wanted, until this process is told to end.

    Each session that is not over gets a process of its own, and another one when it dies. Ended by Ctrl-C or SIGTERM,
    the trader ends these processes, too, and leaves open trades with their stops at the broker; the next trader goes
    on where this one ended.

    \b
    Example:
      mbats trader
    """
    from mbats.bootstrap.trading import trade
    from mbats.settings import Settings

    trade(Settings.from_environment())
