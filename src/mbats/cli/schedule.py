from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step

if TYPE_CHECKING:
    from mbats.schedule.downloads import Download

_file = click.option(
    "--file", type=click.Path(path_type=Path), help="Control file.  [default: the one in the object store]"
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def schedule() -> None:
    """Say what the control files want done by the clock.

    \b
    Example:
      mbats schedule downloads --file market-data.xlsx
    """


@schedule.command()
@_file
@_json
def downloads(file: Path | None, as_json: bool) -> None:
    """Say which bars the Excel control file wants, and which of its rows cannot be used.

    In the object store it is control/market-data.xlsx. Its columns are those of `mbats data ingest --control`. A bad
    row is told with file, row and column, and takes no other with it.

    \b
    Example:
      mbats schedule downloads --file market-data.xlsx
    """
    from mbats.bootstrap.scheduling import wanted_downloads
    from mbats.settings import Settings

    wanted = wanted_downloads(file, Settings.from_environment())
    _show([_download(one) for one in wanted.downloads], wanted.refused, as_json, ("ingest", "check"))


@schedule.command()
@_file
@_json
def strategies(file: Path | None, as_json: bool) -> None:
    """Say which strategies the CSV control file wants backtested and traded, and which rows cannot be used.

    In the object store it is control/strategies.csv. Its columns are strategy, mode (backtest, paper, practice, live),
    instruments, model, account, parameters, schedule and enabled; name and timeframe may stand beside them. A schedule
    is cron's five fields by New York's clock. A bad row is told with file, row and column, and takes no other with it.

    \b
    Example:
      mbats schedule strategies --file strategies.csv
    """
    from dataclasses import asdict

    from mbats.bootstrap.scheduling import wanted_strategies
    from mbats.settings import Settings

    judged = wanted_strategies(file, Settings.from_environment())
    rows = [{**asdict(row), "arguments": row.arguments} for row in judged.rows]
    _show(rows, judged.refused, as_json, ("arguments", "model", "account", "parameters"))


def _download(one: Download) -> dict[str, Any]:
    from mbats.secmaster.moments import moment

    vendor = ["--vendor", one.vendor] if one.vendor else []
    bars = [one.symbol, "--timeframe", one.timeframe.name, *vendor]
    since = moment(one.start).replace(" ", "T")
    told = {"symbol": one.symbol, "timeframe": one.timeframe.name, "vendor": one.vendor, "start": since}
    return told | {"ingest": ["data", "ingest", *bars, "--since", since], "check": ["data", "check", *bars]}


def _show(rows: list[dict[str, Any]], refused: tuple[str, ...], as_json: bool, hidden: tuple[str, ...]) -> None:
    if as_json:
        emit({"rows": rows, "refused": refused}, as_json=True)
        return
    emit([{name: value for name, value in row.items() if name not in hidden} for row in rows], as_json=False)
    for line in refused:
        click.echo(line, err=True)
    todo = "mend these rows; " if refused else ""
    next_step(f"{todo}put the file into the object store, under control/")
