from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, progress, table

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.pipelines.check import Verdict
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.secmaster.repository import IngestionCount

NEXT = (
    ("mbats strategy new MyIdea", "write a strategy of your own"),
    ("mbats data import FILE", "bring real bars in"),
    ("mbats backtest run RsiBracket -s EUR_USD --start 2024 --end 2026", "try it on one pair"),
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def demo(as_json: bool) -> None:
    """Walk the whole story offline: load a generated market, check it, backtest the sample strategy, report.

    \b
    Example:
      mbats demo
    """
    from mbats.bootstrap.demo import Demo
    from mbats.market.reference.notice import NOTICE
    from mbats.settings import Settings

    story = Demo(Settings.from_environment())
    steps = 4
    with progress("The story so far", steps) as advance:
        counts = story.load()
        advance(1)
        verdicts = story.check()
        advance(1)
        run = story.backtest()
        advance(1)
        path = story.report(run)
        advance(1)
    if as_json:
        emit(_plain(counts, verdicts, run, path) | {"notice": NOTICE}, as_json=True)
        return
    _tell(counts, verdicts, run, path, NOTICE)


def _tell(counts: list[IngestionCount], verdicts: list[Verdict], run: JudgedRun, path: Path, notice: str) -> None:
    from mbats.cli.run_table import print_run

    screen = console()
    screen.print(f"[bold yellow]{notice}[/bold yellow]\n", highlight=False)
    rows = [(str(count.key), count.read, count.inserted, count.unchanged, count.flagged) for count in counts]
    screen.print(table(("1. loaded", "rows", "new", "unchanged", "flagged"), rows))
    checked = [(str(verdict.key), verdict.rows, str(verdict.severity), _found(verdict)) for verdict in verdicts]
    screen.print(table(("2. checked", "bars", "result", "found"), checked))
    screen.print("3. backtested and stored", highlight=False)
    print_run(run.result, run.ambiguity)
    screen.print(f"4. report: [link=file://{path}]{path}[/link]\n", highlight=False, soft_wrap=True)
    screen.print(table(("Next, type", "to"), NEXT))


def _found(verdict: Verdict) -> str:
    return ", ".join(f"{finding.bars} {finding.finding}" for finding in verdict.findings if finding.bars) or "nothing"


def _plain(counts: list[IngestionCount], verdicts: list[Verdict], run: JudgedRun, path: Path) -> dict[str, Any]:
    from mbats.cli.backtest import described

    return {
        "loaded": [{"key": str(count.key), "read": count.read, "inserted": count.inserted} for count in counts],
        "checked": [{"key": str(verdict.key), "severity": str(verdict.severity)} for verdict in verdicts],
        "run": described(run),
        "report": str(path),
    }
