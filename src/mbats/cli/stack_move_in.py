from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mbats.cli.console import emit, next_step, tell

_FROM = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("move-in")
@click.option("--from", "source", type=_FROM, metavar="HOME", help="Whose work to bring.  [default: MBATS_HOME]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def move_in(source: Path | None, as_json: bool) -> None:
    """Bring what you gathered without the stack into it: bars, series, runs, trials, models, history, strategies.

    It may be repeated: what is in the stack already stays as it is, and what differs from it is named. Nothing is taken
    away from where it was. What still goes on (a session that is not stopped, a run, a sweep) stays behind.

    \b
    Example:
      mbats stack move-in
      mbats stack move-in --from ~/desk/.mbats
    """
    from mbats.bootstrap.moving_in import move_in as move
    from mbats.settings import Settings

    done = move(Settings.from_environment(), source, tell)
    if as_json:
        emit({"moved": [asdict(one) for one in done.moved], "stayed": list(done.stayed)}, as_json=True)
    else:
        emit([asdict(one) for one in done.moved], as_json=False)
    for one in done.stayed:
        tell(f"stays where it was: {one}")
    next_step("mbats stack status")
