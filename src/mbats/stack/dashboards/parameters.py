"""A chart in the words of Superset's kinds of charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.stack.dashboards.dashboard import Kind
from mbats.stack.dashboards.measures import number_format, title

if TYPE_CHECKING:
    from mbats.stack.dashboards.dashboard import Chart

_ROWS = 10_000
_SHOWN = 500
"""Rows of a table; who wants more asks the database."""


def parameters(chart: Chart) -> dict[str, Any]:
    """Return what Superset keeps as the parameters of a chart."""
    general = {"viz_type": str(chart.kind), "adhoc_filters": [], "time_range": "No filter", "row_limit": _ROWS}
    return general | _OWN[chart.kind](chart) | dict(chart.options)


def aggregate(label: str, sql: str) -> dict[str, Any]:
    """Return a metric of a chart's own."""
    name = f"metric_{label.replace(' ', '_').lower()}"
    return {
        "expressionType": "SQL",
        "sqlExpression": sql,
        "label": label,
        "hasCustomLabel": True,
        "optionName": name,
    }


def _metrics(chart: Chart) -> list[dict[str, Any]]:
    return [aggregate(label, sql) for label, sql in chart.metrics.items()]


def _table(chart: Chart) -> dict[str, Any]:
    return {
        "query_mode": "raw",
        "all_columns": list(chart.by),
        "row_limit": _SHOWN,
        "table_timestamp_format": "%Y-%m-%d %H:%M:%S",
        "include_search": True,
        "server_pagination": False,
        "show_cell_bars": False,
        "column_config": {name: {"d3NumberFormat": number_format(name)} for name in _numbers(chart)},
    }


def _numbers(chart: Chart) -> list[str]:
    return [name for name in chart.by if chart.dataset.columns[name] == "number"]


def _series(chart: Chart) -> dict[str, Any]:
    return {
        "x_axis": chart.x,
        "metrics": _metrics(chart),
        "groupby": list(chart.by),
        "show_legend": bool(chart.by) or len(chart.metrics) > 1,
        "legendOrientation": "bottom",
        "legendType": "scroll",
        "rich_tooltip": True,
        "x_axis_time_format": "%Y-%m-%d",
        "y_axis_title": chart.unit,
        "y_axis_title_margin": 50 if chart.unit else 0,
        "y_axis_title_position": "Left",
        "xAxisLabelInterval": "0" if chart.kind is Kind.BAR else "auto",
    }


def _scatter(chart: Chart) -> dict[str, Any]:
    x, y, size = _metrics(chart)
    entity, series = chart.by
    titles = {
        "x_axis_label": x["label"],
        "y_axis_label": y["label"],
        "x_axis_title_margin": 30,
        "y_axis_title_margin": 50,
    }
    return {"entity": entity, "series": series, "x": x, "y": y, "size": size, "show_legend": True} | titles


def _heat_map(chart: Chart) -> dict[str, Any]:
    (metric,) = _metrics(chart)
    return {
        "x_axis": chart.x,
        "groupby": chart.by[0],
        "metric": metric,
        "normalize_across": "heatmap",
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_asc",
        "legend_type": "continuous",
        "show_legend": True,
        "show_values": True,
        "value_bounds": [None, None],
        "linear_color_scheme": "schemeBlues",
        "xscale_interval": -1,
        "yscale_interval": -1,
        "left_margin": 200,
        "bottom_margin": 50,
    }


def _histogram(chart: Chart) -> dict[str, Any]:
    titles = {"x_axis_title": title(chart.x, chart.dataset.columns[chart.x]), "y_axis_title": chart.unit}
    return {"column": chart.x, "groupby": list(chart.by), "bins": 20, "show_legend": True} | titles


def _figure(chart: Chart) -> dict[str, Any]:
    """Return a moment and what it is; their sizes are the style sheet's."""
    (metric,) = _metrics(chart)
    words = {"subtitle": metric["label"], "show_metric_name": False}
    return {"metric": metric, "time_format": "%Y-%m-%d %H:%M UTC", "force_timestamp_formatting": True} | words


_OWN = {
    Kind.TABLE: _table,
    Kind.LINE: _series,
    Kind.BAR: _series,
    Kind.SCATTER: _scatter,
    Kind.HEAT_MAP: _heat_map,
    Kind.HISTOGRAM: _histogram,
    Kind.FIGURE: _figure,
}
