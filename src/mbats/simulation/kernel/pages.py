"""Room for the rows of the journal while compiled code writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.simulation.kernel.events import Events, room

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
        self._varied = {dtype: [name for name in names if name not in still] for dtype, names in _GROUPS.items()}
        self._shared: dict[str, NDArray[Any]] = {}
        self._shared_rows = 0

    def blank(self, rows: int) -> Events:
        """Return columns with room for so many events.

        They do not lie a power of two apart: then they would all fall into the same few lines of the processor's cache.
        """
        rows = rows // 64 * 64 + 72
        columns = dict(self._one_value(rows))
        for dtype, names in self._varied.items():
            columns.update(zip(names, np.empty((len(names), rows), dtype), strict=True))
        return Events(**columns, whole=self._whole)

    def grown(self, events: Events, tally: Any, bars: int) -> Events:
        """Return the same events with room for the rest of a run over so many bars.

        Room is made for a sixth more than the run so far foretells: copying once more would take more memory.
        """
        used = room(events)
        more = self.blank(max(2 * used, int(1.17 * tally["events"] * bars / max(tally["bars"], 1))))
        for names in self._varied.values():
            for name in names:
                getattr(more, name)[:used] = getattr(events, name)
        return more

    def _one_value(self, rows: int) -> Mapping[str, NDArray[Any]]:
        """Return the columns that hold one value, of `rows` rows or more."""
        if rows > self._shared_rows:
            kinds = {name: dtype for dtype, names in _GROUPS.items() for name in names}
            self._shared = {name: np.full(rows, value, kinds[name]) for name, value in self._still.items()}
            self._shared_rows = rows
        return self._shared
