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
    FIGURE = "big_number_total"


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
        The column by which a range of time is chosen, and whose last value says how fresh the data is.
    newest
        What that last value is of: ``newest run``.
    """

    name: str
    database: str
    sql: str
    columns: Mapping[str, str]
    time: str
    newest: str

    @property
    def freshness(self) -> Chart:
        """The line at the foot of each chart of this data: the last moment of what is chosen."""
        return Chart(
            name=f"{self.newest} of {self.name}",
            dataset=self,
            kind=Kind.FIGURE,
            metrics={self.newest: f"max({self.time})"},
        )


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
    unit
        Of the figures along the upright axis.
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
    unit: str = ""
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
        """All charts, in the order of reading; those that only tell how fresh data is are its datasets'."""
        return tuple(chart for row in self.rows for chart in row)

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """Every dataset once, in the order of its first chart."""
        return tuple({chart.dataset.name: chart.dataset for chart in self.charts}.values())


def columns(**names: str) -> dict[str, str]:
    """Return columns by name from words by kind: ``columns(text="run strategy", number="net")``."""
    return {name: kind for kind, words in names.items() for name in words.split()}
