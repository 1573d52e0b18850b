"""Run strategies on stored bars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mbats.cli.compare import compare
from mbats.cli.console import console, emit, next_step, progress, table
from mbats.cli.options import backtest_options
from mbats.cli.run_document import described
from mbats.cli.sweep import sweep
from mbats.cli.walk_forward import walk_forward


@click.group()
def backtest() -> None:
    """Run strategies on stored bars.

    \b
    Example:
      mbats backtest run RsiBracket -s EUR_USD
    """


backtest.add_command(compare)


backtest.add_command(sweep)
backtest.add_command(walk_forward)


@backtest.command()
@click.argument("strategies", nargs=-1, required=True, metavar="STRATEGY[@SYMBOL,...]...")
@backtest_options
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

        print_run(judged.result, judged.ambiguity, judged.evidence)
    next_step(f"mbats report {str(judged.result.info.id)[:8]}")


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
        console().print(table(list(lines[0]), rows, optional=["started", "trades", "tried", "deflated", "sharpe"]))
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
        "deflated": None if run.deflated is None else round(run.deflated, 4),
        "tried": run.trials,
        "trades": run.performance.get("trades"),
        "synthetic": run.info.synthetic,
    }
