from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

Row: TypeAlias = int | np.uint64
"""Of a column; without a sign where compiled code shall not ask whether it counts from the end."""
Flag: TypeAlias = bool | np.bool_
"""Of rows without a sign comparisons are numpy's."""


def joined(parts: Sequence[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    """Return columns one after the other, read-only; a single one is a view, not a copy.

    Compiled code is compiled for the types it meets, and read-only is a part of them: all it reads comes from here.
    """
    if len(parts) == 1:
        part = parts[0]
        if part.dtype == dtype and part.flags.c_contiguous and not part.flags.writeable:
            return part
        column = np.ascontiguousarray(parts[0], dtype=dtype).view()
    elif parts:
        column = np.concatenate([np.asarray(part, dtype=dtype) for part in parts])
    else:
        column = np.empty(0, dtype=dtype)
    column.flags.writeable = False
    return column


def starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    """Return where each of several joined columns begins, and at last where all of them end."""
    return joined([np.cumsum([0, *lengths])], np.int64)
