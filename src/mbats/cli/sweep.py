from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step, progress
from mbats.cli.options import backtest_options, placement_options, search_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.bootstrap.sweeping import SweepResult


@click.command()
@click.argument("strategy", required=False, metavar="STRATEGY[@SYMBOL,...]")
@search_options
@backtest_options
@placement_options
@click.option(
    "--resume",
    is_flag=False,
    flag_value="latest",
    metavar="[SWEEP]",
    help="Go on with this interrupted sweep; without a name with the newest one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def sweep(strategy: str | None, resume: str | None, as_json: bool, **options: Any) -> None:
    """Try many parameter sets of a strategy, count every one, and judge the best.

    Every cell is stored as it is judged, so the same command, or --resume, goes on where a sweep was interrupted.

    \b
    Examples:
      mbats backtest sweep RsiBracket -s EUR_USD --grid rsi_period=10:40:5 --grid stop_atr=0.5,1,1.5
      mbats backtest sweep RsiBracket -s EUR_USD --grid stop_atr=0.5:3.0 --random 100 --constraint "trades>=30"
      mbats backtest sweep --resume
    """
    from mbats.bootstrap.sweep_options import Placement, asked, taken
    from mbats.bootstrap.sweeping import resume_sweep, sweep_from
    from mbats.settings import Settings

    if (strategy is None) == (resume is None):
        raise click.UsageError("Name either a STRATEGY, or with --resume a sweep, which knows its own.")
    settings = Settings.from_environment()
    placement = taken(Placement, options)
    with _goes_on_later():
        if strategy is None:
            result = resume_sweep(str(resume), placement, settings, progress)
        else:
            result = sweep_from(asked(strategy, options), placement, settings, progress)
    if as_json:
        emit(described_sweep(result), as_json=True)
    else:
        from mbats.cli.sweep_table import print_sweep

        print_sweep(result)
    next_step(f"mbats report {str(result.swept.info.id)[:8]}")


@contextmanager
def _goes_on_later() -> Iterator[None]:
    """Tell who interrupts what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Every cell that was judged is stored; the same command goes on from there.", err=True)
        raise


def described_sweep(result: SweepResult) -> dict[str, Any]:
    """Return a sweep and its best cells as plain values, for ``--json``."""
    info, ranking = result.swept.info, result.swept.ranking
    return {
        "sweep": str(info.id),
        "strategy": info.basis.strategies[0],
        "instruments": info.basis.instruments,
        "timeframe": info.basis.timeframe,
        "start": info.basis.start,
        "end": info.basis.end,
        "fills": info.basis.fills,
        "costs": info.basis.costs,
        "snapshot": info.basis.snapshot,
        "commit": info.basis.commit,
        "synthetic": info.basis.synthetic,
        "notes": info.basis.notes,
        "search": info.search,
        "space": info.space,
        "seed": info.seed,
        "objective": info.objective,
        "constraints": info.constraints,
        "cells": {
            "total": info.total,
            "judged": ranking.judged,
            "failed": ranking.failed,
            "unranked": ranking.unranked,
            "resumed": result.swept.resumed,
        },
        "best": [
            {"number": best.cell.number, "parameters": best.cell.parameters, "figures": best.figures}
            for best in ranking.best
        ],
        "run": str(result.conclusion.run.result.info.id),
        "verdict": result.conclusion.verdict,
    }
