"""The columns that cross rooms: plain NumPy arrays, one row a bar or an event."""

import ctypes
import os
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

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # as malloc.h numbers them
_MOST_KEPT = (1 << 31) - 1  # what fits in mallopt's int
_SHARE_KEPT = 8


def read_only(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column that nobody can change through it: itself if that is so, else a view."""
    if column.flags.writeable:
        column = column.view()
        column.flags.writeable = False
    return column


@cache
def keep_freed_columns() -> None:
    """Let the C library keep freed columns for the next ones, from now on: up to an eighth of the machine's memory.

    Else each large column is mapped anew, and its page faults cost more than its arithmetic. Where the library is not
    glibc (mallopt(3)), nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        mallopt(_TRIM_THRESHOLD, min(_MOST_KEPT, memory // _SHARE_KEPT))
        mallopt(_MMAP_MAX, 0)
