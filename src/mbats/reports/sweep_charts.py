"""A sweep's charts as plotly.js specifications; the heat map is put together in the page, where its axes are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.reports.numerals import defined, number
from mbats.reports.sweep_axes import axes
from mbats.reports.sweep_cells import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.reports.charts import Chart
    from mbats.reports.sweep_axes import Axis
    from mbats.reports.sweep_cells import SweepCells

SHOWN = ("sharpe", "net_profit", "total_return", "max_drawdown", "sortino", "profit_factor", "win_rate", "trades")
MOST_LINES = 1_000
_LABELS = 9
_DIGITS = 5


def heat_map(cells: SweepCells) -> dict[str, Any]:
    """Return what the page needs to draw a heat map over any two axes."""
    names = [name for name in dict.fromkeys((cells.objective, *SHOWN)) if name in cells.figures]
    return {
        "axes": [{"name": axis.name, "labels": axis.labels, "code": axis.code.tolist()} for axis in axes(cells)],
        "figures": {name: _rounded(cells.figures[name]) for name in names},
        "score": _rounded(cells.score),
        "objective": cells.objective,
        "minimise": cells.minimise,
    }


def parallel_chart(cells: SweepCells) -> Chart:
    """One line a cell through its parameters to its objective: the best tenth over the rest, the best over all."""
    shown, ranked = axes(cells), cells.ranked
    rows = _sample(ranked)
    tenth = ranked[: max(1, len(ranked) // 10)]
    columns = np.column_stack([*(_height(axis) for axis in shown), _spread(cells.score)])
    best, others = rows[:1], rows[1:]
    chosen = np.isin(others, tenth)
    data = [
        _lines(columns[others[~chosen]], "other cells", "@muted", 0.22, 0.7),
        _lines(columns[others[chosen]], "best tenth", "@accent", 0.5, 1.0),
        _lines(columns[best], "best cell", "@bad", 1.0, 2.4),
    ]
    ends = _ends(cells)
    labels = [label for place, axis in enumerate(shown) for label in _labels(place, axis)]
    labels += [_label(len(shown), height, text) for height, text in zip((0, 1), ends, strict=True)]
    names = [*(axis.name for axis in shown), spoken(cells.objective)]
    return {
        "data": [line for line in data if line["x"]],
        "layout": {
            "height": 400,
            "hovermode": False,
            "margin": {"l": 30, "r": 60, "t": 34, "b": 34},
            "xaxis": {"tickvals": list(range(len(names))), "ticktext": names, "range": [-0.15, len(names) - 0.85]},
            "yaxis": {"visible": False, "range": [-0.04, 1.04]},
            "shapes": [_pole(place) for place in range(len(names))],
            "annotations": labels,
        },
    }


def distribution_chart(cells: SweepCells) -> Chart:
    """Sharpe ratios of all cells, with the one that the best of so many shows by luck alone."""
    sharpe = cells.figures.get("sharpe", np.empty(0))
    values = sharpe[np.isfinite(sharpe)]
    if not len(values):
        return {"data": [], "layout": {"height": 300}}
    edges = np.histogram_bin_edges(values, bins=min(60, max(8, int(len(values) ** 0.5) * 2)))
    counts, edges = np.histogram(values, bins=edges)
    marks = [("best cell", float(sharpe[cells.best]), "@accent")] if cells.best is not None else []
    if cells.deflation and defined(cells.deflation.expected_maximum):
        marks.append(("by luck alone", cells.deflation.expected_maximum, "@bad"))
    marks = [mark for mark in marks if defined(mark[1])]
    bars = {
        "type": "bar",
        "x": ((edges[:-1] + edges[1:]) / 2).round(_DIGITS).tolist(),
        "y": counts.tolist(),
        "width": np.diff(edges).tolist(),
        "marker": {"color": "@accent", "opacity": 0.45, "line": {"width": 0}},
        "hovertemplate": "Sharpe %{x:.2f}: %{y:,} cells<extra></extra>",
    }
    return {
        "data": [bars],
        "layout": {
            "height": 320,
            "bargap": 0.02,
            "margin": {"l": 48, "r": 12, "t": 44, "b": 44},
            "showlegend": False,
            "xaxis": {"title": {"text": "annualised Sharpe ratio"}},
            "yaxis": {"title": {"text": "cells"}},
            "shapes": [_mark(value, colour) for _, value, colour in marks],
            "annotations": [_flag(row, *mark) for row, mark in enumerate(marks)],
        },
    }


def _rounded(values: FloatColumn) -> list[float | None]:
    return [float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None for value in values.tolist()]


def _sample(ranked: IntColumn) -> IntColumn:
    """Return rows for so many lines as an eye can follow: the best quarter of them, and evenly drawn others."""
    if len(ranked) <= MOST_LINES:
        return ranked
    best = MOST_LINES // 4
    others = np.linspace(best, len(ranked) - 1, MOST_LINES - best).astype(np.int64)
    return np.concatenate([ranked[:best], ranked[others]])


def _height(axis: Axis) -> FloatColumn:
    return axis.code / max(len(axis.labels) - 1, 1)


def _spread(score: FloatColumn) -> FloatColumn:
    known = score[np.isfinite(score)]
    low, width = (float(known.min()), float(np.ptp(known)) or 1.0) if len(known) else (0.0, 1.0)
    spread: FloatColumn = (score - low) / width
    return spread


def _lines(columns: FloatColumn, name: str, colour: str, opacity: float, width: float) -> dict[str, Any]:
    """Return many lines as one trace, a gap after each."""
    lines, places = columns.shape
    gapped = np.full((lines, places + 1), np.nan)
    gapped[:, :-1] = columns
    heights = [None if np.isnan(height) else round(height, 4) for height in gapped.ravel().tolist()]
    look = {"line": {"color": colour, "width": width}, "opacity": opacity}
    x = [*range(places), None] * lines
    return {"type": "scatter", "mode": "lines", "name": name, "x": x, "y": heights, "hoverinfo": "skip", **look}


def _ends(cells: SweepCells) -> tuple[str, str]:
    known = cells.score[np.isfinite(cells.score)] * (-1 if cells.minimise else 1)
    if not len(known):
        return "", ""
    worst, best = (known.max(), known.min()) if cells.minimise else (known.min(), known.max())
    return number(float(worst)), number(float(best))


def _labels(place: int, axis: Axis) -> list[dict[str, Any]]:
    last = len(axis.labels) - 1
    every = -(-len(axis.labels) // _LABELS)
    chosen: Sequence[int] = sorted({*range(0, last + 1 - every // 2, every), last})
    return [_label(place, row / max(last, 1), axis.labels[row]) for row in chosen]


def _label(place: int, height: float, text: str) -> dict[str, Any]:
    font = {"size": 11, "color": "@muted"}
    return {"x": place, "y": height, "text": text, "showarrow": False, "xanchor": "left", "xshift": 5, "font": font}


def _pole(place: int) -> dict[str, Any]:
    line = {"color": "@rule", "width": 1.5}
    return {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "layer": "below", "line": line}


def _mark(value: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _flag(row: int, text: str, value: float, colour: str) -> dict[str, Any]:
    place = {"x": value, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 14 * row, "showarrow": False}
    return {**place, "text": f"{text} {number(value)}", "font": {"color": colour, "size": 12}}
