"""Text tables: CSV with any usual separator, every cell as it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mbats.adapters.files.content import text
from mbats.adapters.files.sheet import Sheet
from mbats.errors.data import EmptyFile, HeaderMissing, RaggedRow, UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from pyarrow import csv

    from mbats.adapters.files.content import Content
    from mbats.market.columns import IntColumn

_SEPARATORS = "\t;,|"
_BLANK = re.compile(rb"(?m)^[ \t]*\r?(?:\n|\Z)")


def read_delimited(content: Content, names: tuple[str, ...] = ()) -> Sheet:
    """Return the cells of a text table; `names` stand for a header that the file lacks.

    Raises
    ------
    EmptyFile, HeaderMissing, RaggedRow, UnreadableFile
        The text is no table; a row too short or too long is named.
    """
    data = text(content)
    head = data.split(b"\n", 1)[0].decode().strip()
    if not data.strip():
        raise EmptyFile(file=content.file)
    if not names and (not head or head[0].isdigit()):
        raise HeaderMissing(file=content.file, line=head[:80])
    separator = max(_SEPARATORS, key=head.count)
    table = _parse(content.file, data, separator, names)
    if not table.num_rows:
        raise EmptyFile(file=content.file)
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    return Sheet(str(content.file), _lines(data, table.num_rows, headed=not names), columns)


def _parse(file: Path, data: bytes, separator: str, names: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    ragged: list[csv.InvalidRow] = []

    def keep(row: csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    head = names or tuple(_header(data, separator))
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(use_threads=False, column_names=head, skip_rows=0 if names else 1),
            parse_options=csv.ParseOptions(delimiter=separator, invalid_row_handler=keep),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(head, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise UnreadableFile(file=file, kind="CSV", why=error) from None
    if ragged:
        bad = ragged[0]
        raise RaggedRow(file=file, row=bad.number, actual=bad.actual_columns, expected=len(head), text=bad.text[:80])
    return table


def _header(data: bytes, separator: str) -> list[str]:
    import csv as plain

    line = data.split(b"\n", 1)[0].decode().strip()
    return [name.strip() for name in next(plain.reader([line], delimiter=separator))]


def _lines(data: bytes, rows: int, *, headed: bool) -> IntColumn:
    """Return the line of each row: blank lines hold none."""
    blank = np.array([data.count(b"\n", 0, match.start()) for match in _BLANK.finditer(data)], dtype=np.int64)
    lines = np.delete(np.arange(rows + len(blank) + headed), blank[blank < rows + len(blank) + headed])
    return lines[int(headed) : rows + headed] + 1
