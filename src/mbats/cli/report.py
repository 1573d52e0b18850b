from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mbats.cli.console import console, emit, next_step, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.reports.stress import StressTest
    from mbats.settings import Settings


@click.command()
@click.argument("run", default="latest")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write.  [default: in MBATS_HOME/reports]"
)
@click.option("--stress", is_flag=True, help="Simulate it again with wider spreads, slippage, other sizes and delay.")
@click.option("--json", "as_json", is_flag=True, help="Print the path as JSON.")
def report(run: str, output: Path | None, stress: bool, as_json: bool) -> None:
    """Write the report of a stored RUN, sweep (the beginning of its id, or ``latest``, the newest run) or live session.

    It is one HTML file that works offline.

    \b
    Examples:
      mbats report latest -o report.html
      mbats report latest --stress
    """
    from mbats.bootstrap import wiring
    from mbats.bootstrap.reporting import report_run
    from mbats.bootstrap.session_record import bring_up_to_date
    from mbats.bootstrap.sweep_reporting import is_sweep, report_sweep
    from mbats.errors.report import OneRunAtATime
    from mbats.settings import Settings

    settings = Settings.from_environment()
    run = bring_up_to_date(run, settings)
    if is_sweep(run, settings):
        if stress:
            raise OneRunAtATime(name=run, kind="sweep")
        emit({"report": str(report_sweep(run, output, settings))}, as_json)
        next_step("mbats backtest list")
        return
    tests = _stressed(run, settings) if stress else ()
    path = report_run(run, output, settings, tests)
    if stress and not as_json:
        _show(tests)
    told = {"stress": [{**asdict(test), "break_even": test.break_even} for test in tests]} if stress else {}
    emit({"report": str(path), **(told if as_json else {})}, as_json)
    found = wiring.run_store(settings).find(run)
    next_step(f"mbats why {str(found.info.id)[:8]}" if found.performance.get("trades") else "mbats backtest list")


def _stressed(run: str, settings: Settings) -> Sequence[StressTest]:
    from mbats.bootstrap import wiring
    from mbats.bootstrap.stressing import stress_run

    return stress_run(wiring.run_store(settings).find(run).info, settings, progress)


def _show(tests: Sequence[StressTest]) -> None:
    from mbats.reports.stress import stress_lines

    rows = [(line.name, line.level, line.net, line.sharpe, line.break_even) for line in stress_lines(tests)]
    currency = tests[0].currency if tests else ""
    console().print(table(["stress", "level", f"net, {currency}", "Sharpe", "break-even"], rows))
