from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mbats.cli.console import console, emit, next_step, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.passport.passport import Traded

_SHOWN = 20


@click.command()
@click.argument("trade", default="latest")
@click.option("--replay", is_flag=True, help="Decide it once more, and say whether it comes out bit for bit the same.")
@click.option("--all", "everything", is_flag=True, help="Of a run: list every trade, not only the last ones.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def why(trade: str, replay: bool, everything: bool, as_json: bool) -> int:
    """Say why TRADE was made: what was seen, decided, ordered, filled and booked, by which code on which data.

    TRADE is RUN:NUMBER, or SESSION/ID with the number that the venue gave it. RUN is the beginning of a run's id,
    `latest` or a live session's name; RUN alone lists its trades. With --replay the exit code is 1 where anything
    comes out otherwise.

    \b
    Examples:
      mbats why latest
      mbats why latest:17 --replay
      mbats why rsibracket-1f2e/6357
    """
    from mbats.bootstrap.passport import asked, trades_of
    from mbats.bootstrap.passport import why as asked_why
    from mbats.cli.passport_table import described, print_passport
    from mbats.settings import Settings

    settings, wanted = Settings.from_environment(), asked(trade)
    if wanted.number is None and wanted.venue is None:
        _list(trades_of(wanted.run, settings), everything, as_json)
        return 0
    found = asked_why(trade, settings, replay=replay, watch=progress)
    if as_json:
        emit(described(found), as_json=True)
    else:
        print_passport(found)
    next_step(f"mbats why {found.trade.reference} --replay" if found.replay is None else f"mbats report {wanted.run}")
    return 0 if found.replay is None or found.replay.same else 1


def _list(trades: Sequence[Traded], everything: bool, as_json: bool) -> None:
    """Print the trades of a run, with the names to ask for them by."""
    shown = trades if everything else trades[-_SHOWN:]
    if as_json:
        emit([asdict(one) for one in trades], as_json)
        return
    currency = trades[0].currency
    columns = ["trade", "instrument", "side", "units", "entry", "exit", "exit by", f"net, {currency}"]
    rows = [
        (one.reference, one.instrument, one.side, one.units, one.entry_time, one.exit_time, one.exit, one.net)
        for one in shown
    ]
    console().print(table(columns, rows, optional=["units", "exit by"]))
    if len(shown) < len(trades):
        console().print(f"The last {len(shown)} of {len(trades):,}; --all lists them all.", highlight=False)
    next_step(f"mbats why {shown[-1].reference}")
