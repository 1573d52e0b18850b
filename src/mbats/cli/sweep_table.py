"""A sweep on the terminal: its best cells, and what they are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.cli.console import console, table
from mbats.reports.sweep_cells import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.bootstrap.sweeping import SweepResult
    from mbats.evidence.deflation import Deflation
    from mbats.pipelines.sweep.ranking import Ranking
    from mbats.pipelines.sweep.store import SweepInfo

_ALWAYS = ("sharpe", "net_profit", "max_drawdown", "trades")


def print_sweep(result: SweepResult) -> None:
    """Print the best cells, the counts and the verdict."""
    from rich.padding import Padding
    from rich.text import Text

    info, ranking, screen = result.swept.info, result.swept.ranking, console()
    basis = info.basis
    title = f"{basis.strategies[0]['name']} on {', '.join(basis.instruments)}, {basis.timeframe}"
    period = f"{basis.start:%Y-%m-%d} to {basis.end:%Y-%m-%d}"
    screen.print(Text.assemble("\n", (title, "bold"), "  ", (period, "dim")))
    if basis.synthetic:
        from mbats.market.reference.notice import NOTICE

        screen.print(Text(NOTICE, "yellow"))
    figures = list(dict.fromkeys((info.objective, *_ALWAYS)))
    searched = [str(axis["name"]) for axis in info.space]
    rows = [
        [
            best.cell.number,
            *(best.cell.parameters[name] for name in searched),
            *(_in_percent(name, best.figures.get(name)) for name in figures),
        ]
        for best in ranking.best
    ]
    columns = ["cell", *searched, *(_heading(name) for name in figures)]
    screen.print(table(columns, rows, optional=[_heading(name) for name in reversed(_ALWAYS[1:])]))
    screen.print(Text(result.conclusion.sentence, "bold" if result.conclusion.deflation.passes else "bold red"))
    run = str(result.conclusion.run.result.info.id)[:8]
    notes = [*_counts(info, ranking, result.swept.resumed), *_others(result.conclusion.deflation)]
    notes += [f"The best cell in full: mbats report {run}", *basis.notes]
    screen.print(Padding(Text("\n".join(f"· {note}" for note in notes), "dim"), (1, 0, 0, 0)), highlight=False)


def _counts(info: SweepInfo, ranking: Ranking, resumed: int) -> Iterator[str]:
    yield (
        f"{ranking.judged:,} cells judged, {resumed:,} of them before this session."
        if resumed
        else (f"{ranking.judged:,} cells judged.")
    )
    if info.search == "grid" and (refused := info.total - ranking.judged):
        yield f"{refused:,} combinations were left out: the strategy refuses them."
    if ranking.failed:
        yield f"{ranking.failed:,} cells failed; the first said: {ranking.trouble}"
    if ranking.unranked:
        kept = f" or break {' or '.join(info.constraints)}" if info.constraints else ""
        yield f"{ranking.unranked:,} cells have no {info.objective}{kept}."


def _others(deflation: Deflation) -> Iterator[str]:
    """Say which of the trials are no cells of this sweep."""
    if deflation.others:
        yield f"{deflation.others:,} other trials of these instruments and years count, too."
    if deflation.prior:
        yield f"{deflation.prior:,} trials made elsewhere were declared, and count."


def _heading(name: str) -> str:
    return name.replace("_", " ") + (", %" if name in SHARES else "")


def _in_percent(name: str, value: float | None) -> float | None:
    return 100 * value if value is not None and name in SHARES else value
