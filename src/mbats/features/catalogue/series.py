from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.asof import latest
from mbats.features.definition import feature

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=1, reads=("series:{name}",), unit="of the series")
def series_value(view: View, name: str, column: str = "value") -> FloatColumn:
    """A series' figure of the latest period, as known and revised when the bar was known."""
    return latest(view, name, column)[0]


@feature(lookback=1, reads=("series:{name}",), unit="of the series")
def series_change(view: View, name: str, column: str = "value") -> FloatColumn:
    """A series' figure of the latest period less that of the period before, both as revised by then."""
    value, before, _ = latest(view, name, column)
    return value - before


@feature(lookback=1, reads=("series:{name}",), unit="hours")
def series_age(view: View, name: str, column: str = "value") -> FloatColumn:
    """Hours since the first figure of a series' latest period was known."""
    return latest(view, name, column)[2]
