from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, progress, table
from mbats.cli.options import applied, backtest_options, placement_options, search_options

if TYPE_CHECKING:
    from mbats.ledger.run import RunInfo

_LENGTHS = "y, m, d or b for years, months, days or bars"

windows_options = applied(
    click.option(
        "--train", default="2y", show_default=True, metavar="LENGTH", help=f"Of a training window: {_LENGTHS}."
    ),
    click.option("--test", default="6m", show_default=True, metavar="LENGTH", help="Of the test that follows it."),
    click.option("--gap", metavar="LENGTH", help="Left out between a training and its test."),
    click.option(
        "--anchored", is_flag=True, help="Begin every training with the first bar instead of moving it along."
    ),
)


@click.command("walk-forward")
@click.argument("strategy", metavar="STRATEGY[@SYMBOL,...]")
@windows_options
@search_options
@backtest_options
@placement_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def walk_forward(strategy: str, as_json: bool, **options: Any) -> None:
    """Choose parameters on the past, trade them on what follows, step by step, and judge the tests as one run.

    Windows begin and end at 17:00 New York. A position that is open at a boundary ends by the parameters it was opened
    with. Every cell of every training is a trial.

    \b
    Examples:
      mbats backtest walk-forward RsiBracket -s EUR_USD --grid rsi_period=10:40:10 --train 2y --test 6m
      mbats backtest walk-forward RsiBracket -s EUR_USD --grid stop_atr=0.5,1,2 --anchored --constraint "trades>=30"
    """
    from mbats.bootstrap.sweep_options import Placement, asked, taken
    from mbats.bootstrap.walking import WindowOptions, walk_forward_from
    from mbats.cli.run_document import described
    from mbats.settings import Settings

    placement, windows = taken(Placement, options), taken(WindowOptions, options)
    done = walk_forward_from(asked(strategy, options), windows, placement, Settings.from_environment(), progress)
    judged = done.judged
    if as_json:
        emit(described(judged), as_json=True)
    else:
        from mbats.cli.run_table import print_run

        print_run(judged.result, judged.ambiguity, judged.evidence)
        print_steps(judged.result.info)
    next_step(f"mbats report {str(judged.result.info.id)[:8]}")


def print_steps(info: RunInfo) -> None:
    """Print what each step chose and what became of it, if the run is a walk-forward."""
    from mbats.reports.steps import steps_of

    steps = steps_of(info)
    if steps is None:
        return
    columns = ["step", "trained", "tested", "chosen", "Sharpe in", "out", "a year out", "trades"]
    rows = [
        [
            line.number,
            line.train,
            line.test,
            line.chosen,
            line.train_sharpe,
            line.test_sharpe,
            line.test_return,
            line.trades,
        ]
        for line in steps.lines
    ]
    console().print(table(columns, rows, optional=["trained", "a year out"]))
    console().print(steps.sentence, highlight=False)
