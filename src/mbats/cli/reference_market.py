from __future__ import annotations

import click


@click.command("reference")
@click.argument("symbols", nargs=-1, required=True)
@click.option("--timeframe", default="H1", show_default=True, metavar="FRAME", help="M1 or a multiple: M5, H1, H4, D.")
@click.option("--start", default="2024", show_default=True, metavar="WHEN", help="First moment, UTC.")
@click.option("--end", default="2026", show_default=True, metavar="WHEN", help="Moment before which bars open.")
@click.option("--seed", type=int, default=20, show_default=True, help="Another number is another market.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def reference(symbols: tuple[str, ...], *, timeframe: str, start: str, end: str, seed: int, as_json: bool) -> None:
    """Generate and store bars of the reference market: ECB fixings are real, all between them is made.

    Good for trying things out. A profit made on it is luck or a bug.

    \b
    Example:
      mbats data reference EUR_USD USD_JPY --start 2020 --end 2022
    """
    from mbats.bootstrap import wiring
    from mbats.cli.console import progress
    from mbats.cli.data_tables import show_counts
    from mbats.market.reference.notice import NOTICE
    from mbats.market.timeframe import Timeframe
    from mbats.pipelines.reference_market import import_reference_market
    from mbats.secmaster.moments import instant, span
    from mbats.settings import Settings

    span(start, end)  # refuses an end before the start, before anything is opened
    master = wiring.security_master(Settings.from_environment())
    with progress("Generating", 1) as advance:
        counts = import_reference_market(
            master,
            wiring.fixings(),
            symbols,
            Timeframe(timeframe),
            start=instant(start),
            end=instant(end),
            seed=seed,
        )
        advance(1)
    show_counts(counts, (NOTICE,), [] if as_json else master.holdings(), as_json=as_json)
