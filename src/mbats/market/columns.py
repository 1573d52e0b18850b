"""The columns that cross rooms: plain NumPy arrays, one row a bar or an event."""

from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatColumn: TypeAlias = NDArray[np.float64]
TimeColumn: TypeAlias = NDArray[np.int64]
"""Nanoseconds since 1970-01-01 00:00 UTC."""
IntColumn: TypeAlias = NDArray[np.int64]
CodeColumn: TypeAlias = NDArray[np.int16]
FlagColumn: TypeAlias = NDArray[np.bool_]

_LARGE = 31 << 20
"""Below the 32 MiB up to which glibc learns from what is freed (mallopt(3), M_MMAP_THRESHOLD)."""


def read_only(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column that nobody can change through it: itself if that is so, else a view."""
    if column.flags.writeable:
        column = column.view()
        column.flags.writeable = False
    return column


@cache
def keep_freed_columns() -> None:
    """Let the C library keep freed columns for the next ones, from now on.

    Else each column is mapped anew, and its page faults cost five times its arithmetic.
    """
    np.empty(_LARGE, dtype=np.uint8)  # freed at once, and learnt from
