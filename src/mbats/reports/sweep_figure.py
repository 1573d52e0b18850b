"""A sweep's heat map as a plotly figure, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.report import NotInSweep
from mbats.market.reference.notice import NOTICE
from mbats.reports.sweep_axes import axes
from mbats.reports.sweep_cells import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

    from mbats.market.columns import FloatColumn
    from mbats.reports.sweep_axes import Axis
    from mbats.reports.sweep_cells import SweepCells


def heat_map(cells: SweepCells, across: str, up: str, figure: str) -> go.Figure:
    """Return a heat map over two parameters; each field shows `figure` of the best cell that has its two values.

    Raises
    ------
    NotInSweep
        The sweep has no such parameter or figure.
    """
    import plotly.graph_objects as go

    found = {axis.name: axis for axis in axes(cells)}
    for name in (across, up):
        _demand("searched parameter", name, found)
    _demand("figure", figure, cells.figures)
    x, y = found[across], found[up]
    titles = {"title": spoken(figure) + (f"<br><sub>{NOTICE}</sub>" if cells.basis.synthetic else "")}
    shown = go.Heatmap(x=x.labels, y=y.labels, z=best_of(cells, x, y, figure), colorscale="RdYlGn", hoverongaps=False)
    chart = go.Figure(shown, {**titles, "xaxis": {"title": across}, "yaxis": {"title": up}})
    chart.update_xaxes(type="category")
    chart.update_yaxes(type="category")
    return chart


def best_of(cells: SweepCells, x: Axis, y: Axis, figure: str) -> FloatColumn:
    """Return `figure` of the best cell of each field, shape (labels of y, labels of x); NaN where there is none."""
    fields = np.full((len(y.labels), len(x.labels)), np.nan)
    for row in cells.ranked[::-1].tolist():
        fields[y.code[row], x.code[row]] = cells.figures[figure][row]
    return fields


def _demand(what: str, name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise NotInSweep(what=what, name=name, known=", ".join(known))
