"""Where charts stand on a page: rows of tiles, each with a line at its foot that says how fresh its data is.

On the right of that line Superset itself writes when it asked; on the left stands the last moment of the data, which is
a chart of its own (`Dataset.freshness`), because Superset's charts know no caption that is asked for. The style sheet
takes its frame away and moves it to where it belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.stack.dashboards.dashboard import Kind
from mbats.stack.dashboards.identity import identity

if TYPE_CHECKING:
    from mbats.stack.dashboards.dashboard import Chart, Dashboard

_LINE = f'[data-test-viz-type="{Kind.FIGURE}"]'
_LINE_HEIGHT = 6
STYLE = f"""
.dashboard-component-chart-holder:has({_LINE}) {{
  height: 20px !important; min-height: 0; margin-top: -54px; margin-bottom: 10px; padding: 0 16px; overflow: hidden;
  background: none; pointer-events: none;
}}
{_LINE} > :not(.dashboard-chart) {{ display: none !important; }}
{_LINE} .superset-legacy-chart-big-number {{ height: 20px !important; display: block; }}
{_LINE} .text-container {{ display: flex; flex-direction: row-reverse; justify-content: flex-end; gap: 4px; }}
{_LINE} .header-line, {_LINE} .subtitle-line {{
  font-size: 11px !important; line-height: 20px; height: 20px !important; margin: 0; font-weight: normal;
}}
[data-test="last-queried-label"] {{ font-size: 11px; }}
.superset-chart-table td:first-child, .superset-chart-table td:last-child {{ white-space: nowrap; }}
"""


def position(page: Dashboard) -> dict[str, Any]:
    """Return a page's tiles as Superset keeps them."""
    rows = {f"ROW-{number}": row for number, row in enumerate(page.rows, start=1)}
    found: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": list(rows), "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": page.title}},
    }
    for name, row in rows.items():
        above = ["ROOT_ID", "GRID_ID", name]
        columns = {f"COLUMN-{name}-{place}": chart for place, chart in enumerate(row, start=1)}
        found[name] = _box("ROW", name, list(columns), above[:-1])
        for column, chart in columns.items():
            found |= _tile(column, chart, above)
    return found


def _tile(column: str, chart: Chart, above: list[str]) -> dict[str, Any]:
    """Return a column of two: the chart, and the line that says how fresh its data is."""
    drawn, line = f"CHART-{column}", f"CHART-{column}-newest"
    inside = [*above, column]
    return {
        column: _box("COLUMN", column, [drawn, line], above, width=chart.width),
        drawn: _placed(chart, drawn, inside, chart.width, chart.height),
        line: _placed(chart.dataset.freshness, line, inside, chart.width, _LINE_HEIGHT),
    }


def _box(kind: str, name: str, children: list[str], above: list[str], **meta: Any) -> dict[str, Any]:
    facts = {"background": "BACKGROUND_TRANSPARENT", **meta}
    return {"type": kind, "id": name, "children": children, "parents": above, "meta": facts}


def _placed(chart: Chart, name: str, above: list[str], width: int, height: int) -> dict[str, Any]:
    """Return a chart's place; Superset puts its own number of the chart in place of ours."""
    meta = {"chartId": 0, "width": width, "height": height, "sliceName": chart.name, "uuid": identity(chart)}
    return {"type": "CHART", "id": name, "children": [], "parents": above, "meta": meta}
