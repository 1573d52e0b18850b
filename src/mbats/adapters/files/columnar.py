"""Parquet tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.adapters.files.sheet import Sheet
from mbats.errors.data import EmptyFile, UnreadableFile

if TYPE_CHECKING:
    from mbats.adapters.files.content import Content


def read_columnar(content: Content) -> Sheet:
    """Return the columns of a Parquet file.

    Raises
    ------
    UnreadableFile
        The file is cut short, damaged or no Parquet.
    EmptyFile
        It has no rows.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(pa.BufferReader(content.data)).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile(file=content.file, kind="Parquet", why=str(error).splitlines()[0]) from None
    if not table.num_rows:
        raise EmptyFile(file=content.file)
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    return Sheet(str(content.file), np.arange(1, table.num_rows + 1), columns)
