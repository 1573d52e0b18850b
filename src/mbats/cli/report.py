from __future__ import annotations

from pathlib import Path

import click

from mbats.cli.console import emit, next_step


@click.command()
@click.argument("run", default="latest")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write.  [default: in MBATS_HOME/reports]"
)
@click.option("--json", "as_json", is_flag=True, help="Print the path as JSON.")
def report(run: str, output: Path | None, as_json: bool) -> None:
    """Write the report of a stored RUN (the beginning of its id, or ``latest``): one HTML file that works offline.

    \b
    Example:
      mbats report latest -o report.html
    """
    from mbats.bootstrap.reporting import report_run
    from mbats.settings import Settings

    path = report_run(run, output, Settings.from_environment())
    emit({"report": str(path)}, as_json)
    next_step("mbats backtest list")
