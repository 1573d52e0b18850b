from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.data import UnreadableNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from mbats.market.columns import FloatColumn, IntColumn


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns as they stand in a file: text from CSV, typed from Parquet.

    Attributes
    ----------
    file
        What errors call the file.
    rows
        Number of each row in the file; see `mbats.secmaster.bar_table.BarTable`.
    columns
        Arrow arrays by the name in the header.
    """

    file: str
    rows: IntColumn
    columns: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, chosen: IntColumn) -> Sheet:
        """Return the chosen rows."""
        columns = {name: column.take(chosen) for name, column in self.columns.items()}
        return replace(self, rows=self.rows[chosen], columns=columns)

    def numbers(self, name: str) -> FloatColumn:
        """Return a column as float64; an empty cell is NaN.

        Raises
        ------
        UnreadableNumber
            Naming the first row whose cell is no number.
        """
        import pyarrow as pa

        column = self.columns[name]
        try:
            cast = _to_float(column)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            row = first_failure(column, _to_float)
            value = column[row].as_py()
            raise UnreadableNumber(file=self.file, row=self.rows[row], field=name, value=value) from None
        return np.asarray(cast.to_numpy(zero_copy_only=False), dtype=np.float64)


def first_failure(column: pa.Array, cast: Callable[[pa.Array], Any]) -> int:
    """Return the first row on which `cast` fails, by halving."""
    import pyarrow as pa

    first, last = 0, len(column)
    while last - first > 1:
        middle = (first + last) // 2
        try:
            cast(column.slice(first, middle - first))
            first = middle
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            last = middle
    return first


def is_text(column: pa.Array) -> bool:
    """Tell whether a column holds text."""
    import pyarrow as pa

    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _to_float(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if is_text(column):
        column = pc.utf8_trim_whitespace(column)
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
    return column.cast(pa.float64(), safe=False) if not is_text(column) else column.cast(pa.float64())
