"""Rows of PostgreSQL's binary COPY format as packed NumPy records (PostgreSQL manual, COPY, "Binary Format")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from psycopg import Copy

    from mbats.market.columns import FlagColumn, TimeColumn

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH = 946_684_800_000_000
"""Microseconds from 1970-01-01 to PostgreSQL's epoch, 2000-01-01."""
_FLOAT8 = 701
"""Type number of float8."""
_CHUNK = 32_768

_Field = tuple[tuple[int, ...], "NDArray[Any] | None"]
Columns = dict[str, "NDArray[Any] | None"]
"""Columns by name, of equal length; None is null in every row, two dimensions are a float8 array a row."""


def timestamps(nanoseconds: TimeColumn) -> TimeColumn:
    """Return times as COPY writes them: microseconds since 2000-01-01."""
    return nanoseconds // 1_000 - _EPOCH


def nanoseconds(stamps: TimeColumn) -> TimeColumn:
    """Return the times that COPY wrote, as nanoseconds since 1970-01-01."""
    return (stamps + _EPOCH) * 1_000


def write(
    copy: Copy, columns: Columns, rows: FlagColumn | None = None, progress: Callable[[int], None] | None = None
) -> None:
    """Send the chosen `rows` (all) through an open COPY ... FROM STDIN (FORMAT binary)."""
    chosen = columns if rows is None else {name: None if c is None else c[rows] for name, c in columns.items()}
    copy.write(_HEADER)
    for block in _blocks(chosen):
        copy.write(block.tobytes())
        if progress:
            progress(len(block))
    copy.write(_TRAILER)


def _blocks(columns: Columns) -> Iterator[NDArray[np.void]]:
    """Yield packed rows; all bytes but the values come from a template of one row."""
    length = len(next(column for column in columns.values() if column is not None))
    fields = [field for column in columns.values() for field in _fields(column)]
    template = _template(len(columns), fields)
    for start in range(0, length, _CHUNK):
        block = np.empty(min(_CHUNK, length - start), dtype=template.dtype)
        block[:] = template
        for number, (_, values) in enumerate(fields):
            if values is not None:
                block[f"value{number}"] = values[start : start + _CHUNK]
        yield block


def _fields(column: NDArray[Any] | None) -> Iterator[_Field]:
    """Yield the numbers and the values by which one column stands in a row: its size, then its bytes."""
    if column is None:
        yield (-1,), None
    elif column.ndim == 1:
        yield (column.itemsize,), column
    else:
        width = column.shape[1]
        head = (20 + 12 * width, 1, 0, _FLOAT8, width, 1) if width else (12, 0, 0, _FLOAT8)
        yield head, None
        for element in column.T:
            yield (8,), element


def _template(count: int, fields: list[_Field]) -> NDArray[np.void]:
    types: list[tuple[str, str] | tuple[str, str, tuple[int]]] = [("count", ">i2")]
    for number, (head, values) in enumerate(fields):
        types.append((f"head{number}", ">i4", (len(head),)))
        if values is not None:
            types.append((f"value{number}", values.dtype.newbyteorder(">").str))
    template = np.zeros((), dtype=types)
    template["count"] = count
    for number, (head, _) in enumerate(fields):
        template[f"head{number}"] = head
    return template
