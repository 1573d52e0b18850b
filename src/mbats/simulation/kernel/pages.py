"""Room for the rows of the journal while compiled code writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.simulation.kernel.events import COLUMNS, Events, room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_GROUPS: dict[Any, tuple[str, ...]] = {
    np.int64: ("time", "order", "parent", "row"),
    np.int16: ("kind", "instrument", "strategy", "role", "type", "reason", "currency"),
    np.float64: ("units", "price", "stop", "target", "mid", "slippage", "pnl", "amount", "rate"),
}


class Pages:
    """Makes room for the rows of runs.

    Parameters
    ----------
    whole
        As in `Events`.
    still
        Columns that hold one and the same value in every row of such runs, and this value: they are made once and
        shared by the runs, since most of what a row costs is bringing its memory to the processor.
    """

    def __init__(self, whole: bool, still: Mapping[str, float]) -> None:
        self._whole, self._still = whole, still
        self._shared: dict[str, NDArray[Any]] = {}

    def blank(self, rows: int) -> Events:
        """Return columns with room for so many events.

        They do not lie a power of two apart: then they would all fall into the same few lines of the processor's cache.
        """
        rows = rows // 64 * 64 + 72
        columns: dict[str, Any] = {}
        for dtype, names in _GROUPS.items():
            varied = [name for name in names if name not in self._still]
            columns |= zip(varied, np.empty((len(varied), rows), dtype), strict=True)
            columns |= {name: self._one_value(name, rows, dtype) for name in names if name in self._still}
        return Events(**columns, whole=self._whole)

    def grown(self, events: Events, tally: Any, bars: int) -> Events:
        """Return the same events with room for the rest of a run over so many bars.

        Room is made for a sixth more than the run so far foretells: copying once more would take more memory.
        """
        used = room(events)
        more = self.blank(max(2 * used, int(1.17 * tally["events"] * bars / max(tally["bars"], 1))))
        for name in COLUMNS:
            getattr(more, name)[:used] = getattr(events, name)
        return more

    def _one_value(self, name: str, rows: int, dtype: Any) -> NDArray[Any]:
        column = self._shared.get(name)
        if column is None or len(column) < rows:
            column = self._shared[name] = np.full(rows, self._still[name], dtype)
        return column[:rows]
