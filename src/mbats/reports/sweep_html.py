"""The report of a sweep: one HTML file that carries all it needs and loads nothing from anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.market.reference.notice import NOTICE
from mbats.reports.evidence import Evidence, evidence_lines
from mbats.reports.file import write_file
from mbats.reports.key_figures import KeyFigure
from mbats.reports.neighbourhood import neighbourhood
from mbats.reports.numerals import number, percent
from mbats.reports.page import environment, plotly
from mbats.reports.prices import packed
from mbats.reports.provenance import Fact, run_facts, strategy_facts, strategy_names, written
from mbats.reports.sweep_cells import SHARES, spoken
from mbats.reports.sweep_charts import MOST_LINES, SHOWN, distribution_chart, heat_map, parallel_chart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbats.reports.sweep_cells import SweepCells

_BEST = 20
_WHOLE = {"trades"}


def write_sweep_report(cells: SweepCells, path: Path) -> None:
    """Write the report of a sweep to `path`, whole or not at all.

    Raises
    ------
    mbats.errors.report.ReportNotWritten
    """
    write_file(path, sweep_page(cells), str(cells.basis.id))


def sweep_page(cells: SweepCells) -> str:
    """Return the report as HTML."""
    basis, around = cells.basis, neighbourhood(cells)
    names = [name for name in dict.fromkeys((cells.objective, *SHOWN)) if name in cells.figures]
    content = {
        "charts": {"parallel-chart": parallel_chart(cells), "distribution-chart": distribution_chart(cells)},
        "heat": heat_map(cells),
    }
    return (
        environment()
        .get_template("sweep.html.j2")
        .render(
            info=basis,
            title=strategy_names(basis),
            generated=NOTICE if basis.synthetic else "",
            sentence=cells.sentence or _without_verdict(cells),
            around=around,
            grid=cells.search == "grid",
            sampled=drawn if (drawn := min(MOST_LINES, len(cells.ranked))) < len(cells.ranked) else 0,
            notes=basis.notes,
            cards=tuple(_cards(cells)),
            evidence=evidence_lines(Evidence(cells.deflation)) if cells.deflation else (),
            axes=list(cells.values),
            figures=[spoken(name) for name in names],
            best=[_row(cells, row, names) for row in cells.ranked[:_BEST].tolist()],
            facts=(*_sweep_facts(cells), *run_facts(basis)[1:]),
            strategies=strategy_facts(basis),
            start=f"{basis.start.day} {basis.start:%B %Y}",
            end=f"{basis.end.day} {basis.end:%B %Y}",
            content=packed(json.dumps(content, allow_nan=False).encode()),
            plotly=plotly(),
        )
    )


def _cards(cells: SweepCells) -> Iterator[KeyFigure]:
    goal, judged = spoken(cells.objective), cells.deflation
    ranked = cells.score[cells.ranked] * (-1.0 if cells.minimise else 1.0)
    failed = f"{cells.failed:,} failed" if cells.failed else "none failed"
    yield KeyFigure("Cells judged", f"{len(cells):,}", f"of {cells.total:,} in all; {failed}")
    yield KeyFigure(f"Best {goal}", figure(cells.objective, float(ranked[0])) if len(ranked) else "n/a", "chosen")
    middle = figure(cells.objective, float(np.median(ranked))) if len(ranked) else "n/a"
    yield KeyFigure(f"Median {goal}", middle, f"of {len(ranked):,} ranked cells")
    if judged:
        yield KeyFigure("Sharpe ratio by luck", number(judged.expected_maximum), f"best of {judged.trials:,} trials")
        tone = "good" if judged.passes else "bad"
        yield KeyFigure("Deflated Sharpe", number(judged.deflated), "probability of more than luck", tone)


def _without_verdict(cells: SweepCells) -> str:
    if cells.best is not None:
        return "The sweep is not finished, so nothing is said of its best cell."
    kept = f" and keeps within {' and '.join(cells.constraints)}" if cells.constraints else ""
    return f"No cell has a {spoken(cells.objective)} that is defined{kept}, so there is no best one."


def _row(cells: SweepCells, row: int, names: list[str]) -> dict[str, Any]:
    return {
        "number": int(cells.number[row]),
        "values": [written(column[row]) for column in cells.values.values()],
        "figures": [figure(name, float(cells.figures[name][row])) for name in names],
    }


def figure(name: str, value: float) -> str:
    """Write a figure in the manner of its kind."""
    if name in SHARES:
        return percent(value)
    return number(value, 0 if name in _WHOLE else 2)


def _sweep_facts(cells: SweepCells) -> tuple[Fact, ...]:
    goal = f"{'smallest' if cells.minimise else 'largest'} {spoken(cells.objective)}"
    limits = f", with {' and '.join(cells.constraints)}" if cells.constraints else ""
    seed = f", seed {cells.seed}" if cells.search != "grid" else ""
    return (
        ("Sweep", str(cells.basis.id)),
        ("Search", f"{cells.search}, {cells.total:,} cells{seed}"),
        ("Looking for", goal + limits),
        *((("Full run of the best cell", cells.run),) if cells.run else ()),
    )
