"""Views in which all that became known after a moment is other than it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.features.reads import read_as
from mbats.market.counterfactual import ALL_FUTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from mbats.features.view import View
    from mbats.market.columns import IntColumn, TimeColumn

Table = dict[str, "NDArray[Any]"]
_CUTS = 12
_SEED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a view whose future can be changed on its own.

    Attributes
    ----------
    name
        ``bars``, the symbol of another instrument, or ``series:NAME``.
    known_at
        When each of its rows was known.
    changes
        Ways to change, in a view, every row of this part that was known after a moment.
    """

    name: str
    known_at: TimeColumn
    changes: Mapping[str, Callable[[View, int], View]]


def parts(view: View) -> Iterator[Part]:
    """Return the parts of a view: its bars, then each other instrument and series that has rows."""
    yield Part("bars", view.bars.known_at, {name: _own(change) for name, change in ALL_FUTURES.items()})
    for symbol, bars in view.others.items():
        if len(bars):
            yield Part(symbol, bars.known_at, {name: _other(symbol, change) for name, change in ALL_FUTURES.items()})
    for name, table in view.series.items():
        if len(table["known_at"]):
            yield Part(read_as(name), table["known_at"], {way: _series(name, way) for way in _SERIES})


def cuts(view: View, part: Part) -> IntColumn:
    """Return the last rows left as they are: spread over the bars, at holes, and just before rows become known."""
    known = view.bars.known_at
    first, last = len(known) // (_CUTS + 1), len(known) - 2
    spread = np.linspace(first, last, _CUTS // 2).astype(np.int64)
    steps = np.diff(view.bars.time)
    holes = np.flatnonzero(steps > steps.min(initial=0))
    before = np.searchsorted(known, np.unique(part.known_at), side="left") - 1
    special = [_some(rows[(rows >= first) & (rows <= last)], _CUTS // 4) for rows in (holes, np.unique(before))]
    return np.unique(np.concatenate([spread, *special]))


def _some(rows: IntColumn, count: int) -> IntColumn:
    return rows if len(rows) <= count else np.sort(np.random.default_rng(_SEED).choice(rows, count, replace=False))


def _own(change: Callable[[Any, int], Any]) -> Callable[[View, int], View]:
    return lambda view, moment: replace(view, bars=change(view.bars, _last(view.bars.known_at, moment)))


def _other(symbol: str, change: Callable[[Any, int], Any]) -> Callable[[View, int], View]:
    def changed(view: View, moment: int) -> View:
        bars = view.others[symbol]
        return replace(view, others={**view.others, symbol: change(bars, _last(bars.known_at, moment))})

    return changed


def _series(name: str, way: str) -> Callable[[View, int], View]:
    def changed(view: View, moment: int) -> View:
        table = dict(view.series[name])
        return replace(view, series={**view.series, name: _SERIES[way](table, table["known_at"] > moment)})

    return changed


def _last(known_at: TimeColumn, moment: int) -> int:
    return int(np.searchsorted(known_at, moment, side="right")) - 1


def _not_published(table: Table, later: NDArray[np.bool_]) -> Table:
    return {name: column[~later] for name, column in table.items()}


def _revised(factor: float) -> Callable[[Table, NDArray[np.bool_]], Table]:
    def revise(table: Table, later: NDArray[np.bool_]) -> Table:
        return {
            name: np.where(later, factor * column + factor, column) if column.dtype.kind == "f" else column
            for name, column in table.items()
        }

    return revise


_SERIES: Mapping[str, Callable[[Table, NDArray[np.bool_]], Table]] = {
    "not published": _not_published,
    "revised": _revised(10.0),
    "withdrawn": _revised(float("nan")),
}
