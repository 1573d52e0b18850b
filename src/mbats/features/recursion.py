"""What recursive features remember: plain floats by name, from which they go on with the same bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mbats.features.indicators.moving_average import first_present, smooth, smooth_on

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

Memory: TypeAlias = Mapping[str, tuple[float, ...]]


def smoothed(
    values: FloatColumn, period: int, weight: float, memory: Memory | None, name: str = "average"
) -> tuple[FloatColumn, dict[str, tuple[float, ...]]]:
    """Return the average that gives the newest value `weight`, and what to remember of it under `name`.

    It begins with the simple average of the first `period` values that are there, as `smma` and `ema` do.

    Parameters
    ----------
    memory
        What this returned for the rows before; None: there are none.
    """
    average, seeding = f"{name}", f"{name}_seeding"
    if memory and memory[average]:
        column = smooth_on(values, memory[average][0], weight)
        return column, {average: (float(column[-1]),), seeding: ()}
    earlier = memory[seeding] if memory else ()
    joined = np.concatenate([earlier, values])
    column = np.empty(len(joined))
    smooth(joined, period, column, weight)
    first = first_present(joined)
    if len(joined) - first >= period:
        return column[len(earlier) :], {average: (float(column[-1]),), seeding: ()}
    return column[len(earlier) :], {average: (), seeding: tuple(joined[first:].tolist())}


def with_last(column: FloatColumn, memory: Memory | None, name: str) -> FloatColumn:
    """Return `column` with the value before its first one in front, NaN at the anchor; shape (n + 1,)."""
    return np.concatenate([memory[name] if memory else (np.nan,), column])


def last(**columns: FloatColumn) -> dict[str, tuple[float, ...]]:
    """Return what to remember of columns of which the next row needs the last value."""
    return {name: (float(column[-1]),) for name, column in columns.items()}
