from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.ingest import ingest
from mbats.cli.reference_market import reference

if TYPE_CHECKING:
    from mbats.market.timeframe import Alignment, Timeframe
    from mbats.pipelines.ingest import FileForm

_PRESETS = ("dukascopy", "histdata", "metatrader5", "lean")
_ALIGNMENTS = ("ny17", "utc", "session")


_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_start = click.option("--start", metavar="WHEN", help="First moment, UTC: 2016, 2016-06-20 or 2016-06-20T17:00Z.")
_end = click.option("--end", metavar="WHEN", help="Moment before which the last bar opens.")
_vendor = click.option("--vendor", help="Who made the bars.")
_alignment = click.option("--alignment", type=click.Choice(_ALIGNMENTS), help="Where a day of bars begins.")
_LENGTH = "S, M or H with a number (S5, M1, M30, H2), D or W."
_timeframe = click.option("--timeframe", metavar="FRAME", help=_LENGTH)


@click.group()
def data() -> None:
    """Bring market data in, look at it, check it and freeze it.

    \b
    Example:
      mbats data import oanda_EUR_USD_H1.parquet
      mbats data check EUR_USD
    """


data.add_command(ingest)
data.add_command(reference)


@data.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preset", type=click.Choice(_PRESETS), help="Whose export it is: zone, sides and form are then known.")
@click.option("--symbol", help="Instrument, where the file does not tell: EUR_USD, AAPL.")
@_vendor
@_timeframe
@_alignment
@click.option("--timezone", metavar="ZONE", help="Zone of times without one: UTC, America/New_York, UTC-5.")
@click.option("--asset-class", type=click.Choice(["fx", "equity"]), help="Of an instrument nobody knows yet.")
@click.option("--currency", default="USD", show_default=True, help="Currency of new shares.")
@click.option("--exchange", default="XNYS", show_default=True, help="Exchange of new shares (ISO 10383).")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Column to leave out; may be repeated.")
@click.option("--series", metavar="NAME", help="Import any table with time and known_at under this name.")
@click.option("--time-column", default="time", show_default=True, help="Column of a series: what it speaks of.")
@click.option("--known-at-column", default="known_at", show_default=True, help="Column of a series: when it was known.")
@_json
def import_files(files: tuple[Path, ...], series: str | None, as_json: bool, **told: Any) -> None:
    """Import bars or series from Parquet and CSV FILES, plain, gzipped or zipped.

    Instrument, vendor and timeframe are read from names such as oanda_EUR_USD_H1.parquet and from the data; options
    win. All files are stored in one transaction, or none is.

    \b
    Example:
      mbats data import oanda_EUR_USD_H1.parquet
      mbats data import --preset dukascopy EURUSD_Candlestick_1_M_BID.csv EURUSD_Candlestick_1_M_ASK.csv
      mbats data import cpi.csv --series us_cpi --timezone America/New_York
    """
    from mbats.bootstrap import wiring
    from mbats.cli.console import progress
    from mbats.cli.data_tables import show_counts
    from mbats.pipelines.ingest import import_series, prepare, store
    from mbats.settings import Settings

    master = wiring.security_master(Settings.from_environment())
    form = _form(told)
    if series:
        show_counts(import_series(series, files, form, wiring.bar_reader(), master), as_json=as_json)
        return
    with progress("Reading", len(files)) as advance:
        delivery = prepare(files, form, wiring.bar_reader(), master.instruments(), advance)
    with progress("Storing", sum(len(batch.bars) for batch in delivery.batches)) as advance:
        counts = store(delivery, master, advance)
    show_counts(counts, delivery.notes, [] if as_json else master.holdings(), as_json=as_json)


@data.command("list")
@_json
def list_holdings(as_json: bool) -> None:
    """List the bars and series that the securities master has.

    \b
    Example:
      mbats data list --json
    """
    from mbats.bootstrap import wiring
    from mbats.cli.data_tables import show_holdings
    from mbats.settings import Settings

    master = wiring.security_master(Settings.from_environment())
    show_holdings(master.holdings(), master.series_holdings(), as_json=as_json)


@data.command("check")
@click.argument("symbols", nargs=-1)
@_timeframe
@_vendor
@_alignment
@_start
@_end
@_json
def check_bars(symbols: tuple[str, ...], start: str | None, end: str | None, as_json: bool, **told: Any) -> int:
    """Check bars for gaps, crossed spreads, outliers and stale runs; exit code 1 on errors.

    Gaps are told by the market's calendar: the FX week and its daily pause in New York time, or the exchange's
    sessions. Real data has some of each, and they are warnings; so many that the data must be broken are errors.

    \b
    Example:
      mbats data check EUR_USD --timeframe H1 --start 2010
    """
    from mbats.bootstrap import wiring
    from mbats.cli.console import progress
    from mbats.cli.data_tables import show_verdicts
    from mbats.pipelines.check import Severity, check_all
    from mbats.pipelines.holdings import matching
    from mbats.secmaster.moments import span
    from mbats.settings import Settings

    first, last = span(start, end)
    master = wiring.security_master(Settings.from_environment())
    keys = matching(master, symbols, told["timeframe"], told["vendor"], _aligned(told["alignment"]))
    with progress("Checking", len(keys)) as advance:
        verdicts = check_all(master, keys, first, last, advance)
    show_verdicts(verdicts, as_json=as_json)
    return 1 if any(verdict.severity == Severity.ERROR for verdict in verdicts) else 0


@data.command("snapshot")
@click.argument("symbols", nargs=-1, required=True)
@click.option("--timeframe", metavar="FRAME", required=True, help=_LENGTH)
@_vendor
@_alignment
@_start
@_end
@click.option("--series", multiple=True, metavar="NAME", help="Series to freeze along; may be repeated.")
@_json
def take_snapshot(
    symbols: tuple[str, ...], start: str | None, end: str | None, series: tuple[str, ...], as_json: bool, **told: Any
) -> None:
    """Freeze bars of SYMBOLS as immutable Parquet in the object store, found again by an id.

    The same data gives the same id. The store is a folder under MBATS_HOME, or what MBATS_OBJECT_STORE names.

    \b
    Example:
      mbats data snapshot EUR_USD GBP_USD --timeframe H1 --start 2010 --end 2022
    """
    from mbats.bootstrap import wiring
    from mbats.cli.console import emit, next_step, progress
    from mbats.pipelines.snapshot import snapshot
    from mbats.secmaster.moments import span
    from mbats.settings import Settings

    first, last = span(start, end)
    settings = Settings.from_environment()
    master, store = wiring.security_master(settings), wiring.object_store(settings)
    with progress("Freezing", len(symbols)) as advance:
        taken = snapshot(
            master,
            store,
            symbols,
            told["timeframe"],
            start=first,
            end=last,
            vendor=told["vendor"],
            alignment=_aligned(told["alignment"]),
            series=series,
            advance=advance,
        )
    emit(
        {
            "snapshot": taken.id,
            "symbols": ", ".join(taken.symbols) if not as_json else taken.symbols,
            "timeframe": told["timeframe"],
            "bars": taken.rows,
            "series": ", ".join(taken.series_names) if not as_json else taken.series_names,
            "synthetic": taken.synthetic,
        },
        as_json,
    )
    if not as_json:
        traded = " ".join(f"-s {symbol}" for symbol in taken.symbols)
        quoted = all(bars.bid and bars.ask for bars in taken.market().values())
        spread = "" if quoted else " --spread 1"
        next_step(f"mbats backtest run RsiBracket {traded} -t {told['timeframe']} --snapshot {taken.id[:12]}{spread}")


def _form(told: dict[str, Any]) -> FileForm:
    from mbats.market.instrument import AssetClass
    from mbats.pipelines.ingest import FileForm

    told = {name: value for name, value in told.items() if value is not None}
    if "timeframe" in told:
        told["timeframe"] = _framed(told["timeframe"])
    if "alignment" in told:
        told["alignment"] = _aligned(told["alignment"])
    if "asset_class" in told:
        told["asset_class"] = AssetClass(told["asset_class"])
    return FileForm(**told)


def _aligned(name: str | None) -> Alignment | None:
    from mbats.market.timeframe import Alignment

    return Alignment(name) if name else None


def _framed(name: str) -> Timeframe:
    from mbats.market.timeframe import Timeframe

    try:
        return Timeframe(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--timeframe") from None
