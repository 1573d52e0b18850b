"""A run on the terminal: a table, not a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.cli.console import console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from mbats.ledger.run import RunResult
    from mbats.reports.cautions import Ambiguity
    from mbats.reports.evidence import Evidence
    from mbats.reports.key_figures import KeyFigure
    from mbats.reports.summary import Summary

_TONES = {"good": "bold green", "bad": "bold red", "": "bold"}
_COLUMN = 5


def print_run(result: RunResult, ambiguity: Ambiguity | None = None, evidence: Evidence | None = None) -> None:
    """Print a run's summary to the terminal."""
    from mbats.reports.summary import summary

    screen = console()
    for part in run_table(summary(result, ambiguity, evidence)):
        screen.print(part, highlight=False)


def run_table(shown: Summary) -> Iterator[RenderableType]:
    """Return what a terminal shows of a run, part by part; names are never taken for markup."""
    from rich.columns import Columns
    from rich.padding import Padding
    from rich.text import Text

    yield Text.assemble("\n", (shown.title, "bold"), "  ", (shown.period, "dim"))
    if shown.warning:
        yield Text(shown.warning, "yellow")
    yield Padding(Text(shown.verdict), (1, 0))
    groups = [shown.figures[start : start + _COLUMN] for start in range(0, len(shown.figures), _COLUMN)]
    yield Columns([_figures(group) for group in groups], padding=(0, 4))
    yield Padding(_costs(shown), (1, 0, 0, 0))
    if shown.evidence:
        yield Padding(_evidence(shown), (1, 0, 0, 0))
    if len(shown.instruments) > 1:
        yield Padding(_instruments(shown), (1, 0, 0, 0))
    if shown.cautions:
        yield Padding(Text("\n".join(f"· {caution}" for caution in shown.cautions), "dim"), (1, 0, 0, 0))


def _figures(figures: Sequence[KeyFigure]) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left"):
        grid.add_column(justify=justify, no_wrap=True)
    for figure in figures:
        grid.add_row(figure.label, Text(figure.value, _TONES[figure.tone]), Text(figure.note, "dim"))
    return grid


def _costs(shown: Summary) -> Table:
    table = _table("From gross to net", shown.currency, "a trade", "of gross")
    for line in shown.costs:
        table.add_row(line.name, line.amount, line.a_trade, line.of_gross, style="bold" if line.total else "")
    return table


def _evidence(shown: Summary) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("How much of it is luck")
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("")
    for line in shown.evidence:
        table.add_row(line.name, line.value, line.meaning)
    return table


def _instruments(shown: Summary) -> Table:
    from mbats.reports.numerals import number, percent

    table = _table("Instrument", "Trades", "Win rate", "Gross", "Costs", f"Net, {shown.currency}")
    for line in shown.instruments:
        money = [number(amount) for amount in (line.gross, line.costs, line.net)]
        table.add_row(line.symbol, f"{line.trades:,}", percent(line.win_rate), *money)
    return table


def _table(first: str, *others: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
