"""What a dashboard is made of: datasets, charts over them, and rows of charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Superset's names of the charts that we draw."""

    TABLE = "table"
    LINE = "echarts_timeseries_line"
    BAR = "echarts_timeseries_bar"
    SCATTER = "bubble_v2"
    HEAT_MAP = "heatmap_v2"
    HISTOGRAM = "histogram_v2"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A question to the ``report`` views of one of our databases.

    Attributes
    ----------
    name
        Unique among all datasets.
    columns
        Every column of the answer by name: ``text``, ``number``, ``flag`` or ``time``.
    time
        The column by which a range of time is chosen.
    """

    name: str
    database: str
    sql: str
    columns: Mapping[str, str]
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A dataset, drawn.

    Attributes
    ----------
    x
        The column along the axis, where the chart has one.
    by
        Columns that group what is drawn; of a table: those that it shows.
    metrics
        SQL aggregates by the label that stands for them.
    options
        Superset's own parameters for this kind of chart.
    width
        Of the twelve columns of a row.
    """

    name: str
    dataset: Dataset
    kind: Kind
    x: str = ""
    by: tuple[str, ...] = ()
    metrics: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    width: int = 6
    height: int = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter over a whole dashboard: a column of that name, wherever a dataset has it.

    Attributes
    ----------
    newest
        Whether the last value in order is chosen from the beginning.
    """

    title: str
    dataset: Dataset
    column: str
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Rows of charts on one page; `refresh` in seconds, 0 for never."""

    title: str
    slug: str
    rows: tuple[tuple[Chart, ...], ...]
    choices: tuple[Choice, ...] = ()
    refresh: int = 0

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in the order of reading."""
        return tuple(chart for row in self.rows for chart in row)


def columns(**names: str) -> dict[str, str]:
    """Return columns by name from words by kind: ``columns(text="run strategy", number="net")``."""
    return {name: kind for kind, words in names.items() for name in words.split()}


def freshness(topic: str, database: str, newest: Mapping[str, str]) -> Chart:
    """Return the tile that shows how fresh the data is.

    Parameters
    ----------
    newest
        By what it is of: a query for one moment.
    """
    parts = [f"SELECT '{what}' AS what, ({query}) AS newest" for what, query in newest.items()]
    sql = (
        "SELECT what, newest, date_trunc('second', now() - newest)::text AS age, now() AS asked_at\n"
        "FROM (" + "\nUNION ALL ".join(parts) + ") x"
    )
    dataset = Dataset(f"freshness of {topic}", database, sql, columns(text="what age", time="newest asked_at"))
    plain = {"include_search": False}
    shown = ("what", "newest", "age", "asked_at")
    return Chart(
        name=f"How fresh: {topic}", dataset=dataset, kind=Kind.TABLE, by=shown, options=plain, width=12, height=28
    )
