"""Run strategies on stored bars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, progress, table

if TYPE_CHECKING:
    from mbats.pipelines.judged_run import JudgedRun

_ABOVE_ZERO = click.FloatRange(min=0, min_open=True)
_PERCENT = click.FloatRange(min=0, max=100, min_open=True)
_FREE_OR_MORE = click.FloatRange(min=0)


@click.group()
def backtest() -> None:
    """Run strategies on stored bars.

    \b
    Example:
      mbats backtest run RsiBracket -s EUR_USD
    """


@backtest.command()
@click.argument("strategies", nargs=-1, required=True, metavar="STRATEGY[@SYMBOL,...]...")
@click.option("-s", "--symbol", "symbols", multiple=True, help="Instrument to trade; may be repeated.")
@click.option(
    "-t", "--timeframe", default="H1", show_default=True, help="Length of a bar: S, M or H with a number, D or W."
)
@click.option("--start", help="First day or moment, UTC unless it names a zone.  [default: all there is]")
@click.option("--end", help="Up to this day or moment, not included.  [default: all there is]")
@click.option("--vendor", help="Whose bars, where the master has several vendors'.")
@click.option("--alignment", type=click.Choice(["ny17", "utc", "session"]), help="Where a day of those bars begins.")
@click.option("--snapshot", help="Read this snapshot instead of the master.")
@click.option("-p", "--param", "parameters", multiple=True, metavar="[STRATEGY.]NAME=VALUE", help="Strategy parameter.")
@click.option(
    "--fills", type=click.Choice(["venue", "backtrader"]), default="venue", show_default=True, help="Fill rules."
)
@click.option("--costs", default="oanda-us", show_default=True, help="Named cost model.")
@click.option("--no-costs", is_flag=True, help="Trade at mid, for comparisons.")
@click.option("--spread", type=_FREE_OR_MORE, metavar="PIPS", help="A fixed spread instead of the quoted one.")
@click.option("--slippage", type=_FREE_OR_MORE, metavar="PIPS", help="Slippage of market and stop fills.")
@click.option(
    "--commission", type=_FREE_OR_MORE, metavar="FRACTION", help="Commission as a fraction of the traded value."
)
@click.option("--cash", default="100000", show_default=True, help="Balance at the start.")
@click.option("--currency", default="USD", show_default=True, help="Currency of the account.")
@click.option(
    "--leverage", type=_ABOVE_ZERO, metavar="RATIO", help="Highest leverage.  [default: each instrument's own]"
)
@click.option("--units", type=_ABOVE_ZERO, metavar="UNITS", help="Size: so many units.  [default: 1000]")
@click.option("--risk", type=_PERCENT, metavar="PERCENT", help="Size: lose so much of the account at the stop.")
@click.option("--volatility", type=_ABOVE_ZERO, metavar="PERCENT", help="Size: yearly volatility of a position.")
@click.option("--log-features", type=click.Path(path_type=Path), metavar="FOLDER", help="Log prices and indicators.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def run(as_json: bool, **options: Any) -> None:
    """Simulate strategies on one account, judge and store the run.

    \b
    Examples:
      mbats backtest run RsiBracket -s EUR_USD -s USD_JPY
      mbats backtest run RsiBracket@EUR_USD RsiStochasticBracket@GBP_USD --risk 0.25
      mbats backtest run RsiBracket -s EUR_USD --fills backtrader --no-costs
    """
    from mbats.bootstrap.backtesting import BacktestOptions, backtest_from
    from mbats.settings import Settings

    judged = backtest_from(BacktestOptions(**options), Settings.from_environment(), progress)
    if as_json:
        emit(described(judged), as_json=True)
    else:
        from mbats.cli.run_table import print_run

        print_run(judged.result, judged.ambiguity)
    next_step(f"mbats report {str(judged.result.info.id)[:8]}")


def described(judged: JudgedRun) -> dict[str, Any]:
    """Return a run and its figures as plain values, for ``--json``."""
    info = judged.result.info
    return {
        "run": str(info.id),
        "strategies": info.strategies,
        "instruments": info.instruments,
        "timeframe": info.timeframe,
        "start": info.start,
        "end": info.end,
        "fills": info.fills,
        "costs": info.costs,
        "snapshot": info.snapshot,
        "commit": info.commit,
        "synthetic": info.synthetic,
        "notes": info.notes,
        "performance": judged.result.performance.as_dict(),
        "ambiguity": judged.ambiguity,
    }


@backtest.command("list")
@click.option("--limit", default=20, show_default=True, help="So many of the newest runs.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_runs(limit: int, as_json: bool) -> None:
    """List the newest runs; one whose process died is shown as interrupted.

    \b
    Example:
      mbats backtest list
    """
    from mbats.bootstrap import wiring
    from mbats.settings import Settings

    runs = wiring.run_store(Settings.from_environment()).runs(limit)
    lines = [_line(run) for run in runs]
    if as_json or not lines:
        emit(lines, as_json)
    else:
        rows = [list(line.values()) for line in lines]
        console().print(table(list(lines[0]), rows, optional=["started", "trades", "sharpe"]))
    finished = [line["run"] for line in lines if line["status"] == "finished"]
    next_step(f"mbats report {finished[0]}" if finished else "mbats demo")


def _line(run: Any) -> dict[str, Any]:
    return {
        "run": str(run.info.id)[:8],
        "started": run.info.started_at,
        "status": str(run.status),
        "strategy": ", ".join(str(described["name"]) for described in run.info.strategies),
        "instruments": " ".join(run.info.instruments),
        "net": run.performance.get("net_profit"),
        "sharpe": run.performance.get("sharpe"),
        "trades": run.performance.get("trades"),
        "synthetic": run.info.synthetic,
    }
