from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mbats.bootstrap.comparing import compare_runs
from mbats.execution.order import Role
from mbats.face import frames
from mbats.face.run import Run
from mbats.settings import Settings

if TYPE_CHECKING:
    from mbats.ledger.round_trips import RoundTrips

_COLUMNS = ("units", "entry_price", "exit_price", "net")


def compare(a: Run | str, b: Run | str = "latest") -> pd.DataFrame:
    """Put the trades of two stored runs side by side: one row a trade of either, ordered by entry.

    `match` is ``same`` (to the last bit), ``different``, ``only in A`` or ``only in B``; `differs` names the columns in
    which a trade differs. ``frame.attrs`` holds what the runs were told differently (``inputs``) and why they part
    first (``first``), as text.

    Parameters
    ----------
    a, b
        Runs, beginnings of their ids, or ``latest``.

    Raises
    ------
    mbats.errors.comparison.ComparedWithItself, NothingInCommon
        There is nothing to compare.
    """
    first, second = (run.id if isinstance(run, Run) else run for run in (a, b))
    found = compare_runs(first, second, Settings.from_environment())
    pairs = found.pairs
    described: dict[str, Any] = {
        "instrument": [pair.instrument for pair in pairs],
        "entry_time": frames.utc([pair.entry_time for pair in pairs]),
        "match": [str(pair.match) for pair in pairs],
        "differs": [", ".join(pair.differs) for pair in pairs],
    }
    for name, run, rows in (
        ("a", found.a, [pair.a for pair in pairs]),
        ("b", found.b, [pair.b for pair in pairs]),
    ):
        described |= _columns(run.result.trips, rows, name)
    frame = pd.DataFrame(described)
    frame.attrs["inputs"] = [str(one) for one in found.inputs]
    frame.attrs["first"] = "" if found.first is None else "\n".join(found.first.reasons)
    return frame


def _columns(trips: RoundTrips, rows: list[int | None], run: str) -> dict[str, Any]:
    table = pd.DataFrame(
        {
            "side": ["long" if side > 0 else "short" for side in trips.side.tolist()],
            **{name: getattr(trips, name) for name in _COLUMNS},
            "exit_time": frames.utc(trips.exit_time),
            "exit": [Role(code).name.lower() if code >= 0 else "open" for code in trips.exit_reason.tolist()],
        }
    )
    chosen = table.reindex(pd.Index([-1 if row is None else row for row in rows]))
    return {f"{name}_{run}": chosen[name].array for name in table}
