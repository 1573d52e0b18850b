"""Dashboards as the files that Superset imports. They are JSON, which is YAML, too."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from mbats.stack.dashboards.catalogue import DASHBOARDS, DATABASES, datasets
from mbats.stack.dashboards.identity import identity
from mbats.stack.dashboards.layout import STYLE, position
from mbats.stack.dashboards.measures import title
from mbats.stack.dashboards.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset

_VERSION = "1.0.0"
_MOMENT = "2026-01-01T00:00:00+00:00"
_MASK = "X" * 10
"""Superset's own word for a password that comes beside the address; without it, it takes none."""
_TYPES = {"text": "TEXT", "number": "DOUBLE PRECISION", "flag": "BOOLEAN", "time": "TIMESTAMP WITH TIME ZONE"}


def documents(report_url: str) -> dict[str, dict[str, Any]]:
    """Return every asset by the path of its file.

    Parameters
    ----------
    report_url
        Of the server as Superset reaches it, without password and database: ``driver://user@host:port``.
    """
    found = {f"databases/{name}.yaml": _database(name, report_url) for name in DATABASES}
    for one in datasets():
        found[f"datasets/{one.database}/{_file(one.name)}"] = _dataset(one)
        found[f"charts/{_file(one.freshness.name)}"] = _chart(one.freshness)
    for page in DASHBOARDS:
        found |= {f"charts/{_file(f'{page.slug} {chart.name}')}": _chart(chart) for chart in page.charts}
        found[f"dashboards/{_file(page.slug)}"] = _dashboard(page)
    return found


def archive(files: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return files as the ZIP that Superset's assets API takes."""
    head = {"version": _VERSION, "type": "assets", "timestamp": _MOMENT}
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in {"metadata.yaml": head, **files}.items():
            packed.writestr(f"mbats/{path}", json.dumps(content, indent=2))
    return memory.getvalue()


def _file(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name) + ".yaml"


def _database(name: str, report_url: str) -> dict[str, Any]:
    return {
        "database_name": name,
        "sqlalchemy_uri": f"{report_url.replace('@', f':{_MASK}@')}/{name}",
        "expose_in_sqllab": True,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": identity(name),
        "version": _VERSION,
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "table_name": dataset.name,
        "schema": "report",
        "sql": dataset.sql,
        "main_dttm_col": dataset.time,
        "columns": [
            {
                "column_name": name,
                "verbose_name": title(name, kind),
                "type": _TYPES[kind],
                "is_dttm": kind == "time",
                "is_active": True,
                "groupby": True,
                "filterable": True,
            }
            for name, kind in dataset.columns.items()
        ],
        "metrics": [],
        "uuid": identity(dataset),
        "database_uuid": identity(dataset.database),
        "version": _VERSION,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "slice_name": chart.name,
        "viz_type": str(chart.kind),
        "params": parameters(chart),
        "uuid": identity(chart),
        "dataset_uuid": identity(chart.dataset),
        "version": _VERSION,
    }


def _dashboard(page: Dashboard) -> dict[str, Any]:
    return {
        "dashboard_title": page.title,
        "slug": page.slug,
        "published": True,
        "css": STYLE,
        "uuid": identity(page),
        "position": position(page),
        "metadata": {
            "refresh_frequency": page.refresh,
            "show_chart_timestamps": True,
            "cross_filters_enabled": True,
            "native_filter_configuration": [_choice(page, choice) for choice in page.choices],
        },
        "version": _VERSION,
    }


def _choice(page: Dashboard, choice: Choice) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{page.slug}-{choice.column}",
        "type": "NATIVE_FILTER",
        "name": choice.title,
        "description": "",
        "filterType": "filter_select",
        "requiredFirst": choice.newest,
        "targets": [{"column": {"name": choice.column}, "datasetUuid": identity(choice.dataset)}],
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": choice.newest,
            "defaultToFirstItem": choice.newest,
            "sortAscending": not choice.newest,
            "searchAllOptions": False,
            "inverseSelection": False,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }
