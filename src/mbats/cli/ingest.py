from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.schedule.downloads import Download


@click.command("ingest")
@click.argument("symbols", nargs=-1)
@click.option("--control", type=click.Path(path_type=Path), help="A .csv or .xlsx file that names what is wanted.")
@click.option("--timeframe", default="H1", show_default=True, metavar="FRAME", help="Length of a bar: M1, H1, D, W.")
@click.option("--since", default="2024-01-01", show_default=True, metavar="WHEN", help="First moment, UTC.")
@click.option("--vendor", type=click.Choice(["oanda", "paper"]), help="Whom to ask.  [default: as the settings say]")
@click.option(
    "--refresh", type=click.IntRange(min=0), default=10, show_default=True, help="Newest bars to fetch once more."
)
@click.option("--dry-run", is_flag=True, help="Tell which pages are lacking, and fetch none.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def ingest(symbols: tuple[str, ...], control: Path | None, *, dry_run: bool, as_json: bool, **told: Any) -> None:
    """Download bars of SYMBOLS, or of what a control file names, up to the newest complete one.

    Only what the securities master lacks is fetched, and its newest bars once more, for vendors revise them. Run it
    again whenever you like, after an interruption, too: it goes on where it ended.

    A control file has the columns instrument, vendor, timeframe, start and enabled. In a workbook the tabs daily and
    minute are read, where rows without a timeframe mean D and M1.

    \b
    Example:
      mbats data ingest EUR_USD USD_JPY --timeframe M1 --since 2024-01-01
      mbats data ingest --control downloads.xlsx
    """
    from mbats.bootstrap.downloading import download, planned
    from mbats.cli.console import progress
    from mbats.cli.ingest_tables import show_downloaded, show_plan
    from mbats.settings import Settings

    wanted = _wanted(symbols, control, told)
    settings = Settings.from_environment()
    if dry_run:
        show_plan(planned(settings, wanted, refresh=told["refresh"]), as_json=as_json)
        return
    command = shlex.join(["mbats", *sys.argv[1:]])
    done = download(settings, wanted, command, lambda n: progress("Downloading", n), refresh=told["refresh"])
    show_downloaded(done, as_json=as_json)


def _wanted(symbols: Sequence[str], control: Path | None, told: dict[str, Any]) -> list[Download]:
    from mbats.bootstrap.downloading import from_control_file
    from mbats.errors.control import NothingToDownload
    from mbats.market.timeframe import Timeframe
    from mbats.schedule.downloads import Download
    from mbats.secmaster.moments import instant

    if control is not None and symbols:
        raise click.UsageError("Name instruments or a control file, not both.")
    if control is not None:
        return from_control_file(control)
    if not symbols:
        raise NothingToDownload
    timeframe, start = Timeframe(told["timeframe"]), instant(told["since"])
    return [Download(symbol, timeframe, start, told["vendor"] or "") for symbol in dict.fromkeys(symbols)]
