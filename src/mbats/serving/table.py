"""The rows of a request, in any of the forms of MLflow's scoring protocol, as the matrix that a model reads."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.serving import (
    BodyNotCsv,
    BodyNotJson,
    ColumnsMissing,
    ContentTypeUnknown,
    MalformedInput,
    NoInputField,
    ValueNotNumeric,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.serving.served import Served

JSON, CSV = "application/json", "text/csv"
Columns = dict[str, list[Any]]


def matrix(body: bytes, content_type: str, served: Served) -> NDArray[np.float64]:
    """Return the rows of a request, shape (n, k), in the order of the model's columns; columns it lacks are ignored.

    Raises
    ------
    ContentTypeUnknown, BodyNotJson, BodyNotCsv, NoInputField, MalformedInput, ColumnsMissing, ValueNotNumeric
    """
    kind, _, rest = content_type.partition(";")
    charset = rest.strip().lower().replace('"', "")
    if kind.strip().lower() not in _READERS or charset not in {"", "charset=utf-8"}:
        raise ContentTypeUnknown(given=content_type, known=", ".join(_READERS))
    columns = _READERS[kind.strip().lower()](body)
    missing = [name for name in served.columns if name not in columns]
    if missing:
        raise ColumnsMissing(model=served.reference, missing=missing, needed=", ".join(served.columns))
    numbers = [_numbers(name, columns[name], served.reference) for name in served.columns]
    return np.column_stack(numbers) if numbers else np.empty((0, 0))


def _from_json(body: bytes) -> Columns:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyNotJson(why=error) from None
    if not isinstance(told, dict):
        raise BodyNotJson(why=f"it is a {type(told).__name__}")
    given = [name for name in _FIELDS if name in told]
    if len(given) != 1:
        raise NoInputField(known=", ".join(_FIELDS), found=", ".join(given or map(str, told)) or "none")
    return _even(given[0], _FIELDS[given[0]](given[0], told[given[0]]))


def _from_csv(body: bytes) -> Columns:
    try:
        lines = list(csv.reader(io.StringIO(body.decode()), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BodyNotCsv(why=error) from None
    rows = [line for line in lines if line]
    if not rows:
        raise BodyNotCsv(why="it is empty")
    if uneven := next((number for number, row in enumerate(rows) if len(row) != len(rows[0])), 0):
        raise BodyNotCsv(why=f"row {uneven} has {len(rows[uneven])} values under {len(rows[0])} names")
    return {name: [_written(row[place]) for row in rows[1:]] for place, name in enumerate(rows[0])}


def _written(text: str) -> Any:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return text


def _split(field: str, value: Any) -> Columns:
    if not isinstance(value, dict) or not {"columns", "data"} <= value.keys() or set(value) - _OF_A_SPLIT:
        raise MalformedInput(field=field, why="it takes columns and data, and at most an index")
    names, rows = value["columns"], value["data"]
    if not _lists(names, rows) or not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        raise MalformedInput(field=field, why="data must be a list of rows, each with one value a column")
    return {str(name): [row[place] for row in rows] for place, name in enumerate(names)}


def _records(field: str, value: Any) -> Columns:
    """Read a list of objects; what one row leaves out is missing there."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise MalformedInput(field=field, why="it must be a list of objects, one a row, with the columns' names")
    names = dict.fromkeys(str(name) for row in value for name in row)
    return {name: [row.get(name) for row in value] for name in names}


def _inputs(field: str, value: Any) -> Columns:
    """Read an object of columns; one row may be written without lists."""
    if isinstance(value, list):
        return _records(field, value)
    if not isinstance(value, dict):
        raise MalformedInput(field=field, why="it must be an object with a list for each column")
    return {str(name): held if isinstance(held, list) else [held] for name, held in value.items()}


def _lists(*values: Any) -> bool:
    return all(isinstance(value, list) for value in values)


def _even(field: str, columns: Columns) -> Columns:
    if len({len(values) for values in columns.values()}) > 1:
        raise MalformedInput(field=field, why="its columns are of unequal length")
    return columns


def _numbers(column: str, values: Sequence[Any], model: str) -> NDArray[np.float64]:
    for row, value in enumerate(values):
        if value is not None and type(value) not in {int, float}:
            raise ValueNotNumeric(column=column, row=row, value=json.dumps(value), model=model)
    try:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    except OverflowError:
        row = next(row for row, value in enumerate(values) if isinstance(value, int) and abs(value) > _LARGEST)
        raise ValueNotNumeric(column=column, row=row, value="an integer beyond all doubles", model=model) from None


_LARGEST = int(sys.float_info.max)
_OF_A_SPLIT = {"columns", "data", "index"}
_FIELDS: Mapping[str, Callable[[str, Any], Columns]] = {
    "dataframe_split": _split,
    "dataframe_records": _records,
    "instances": _records,
    "inputs": _inputs,
}
_READERS: Mapping[str, Callable[[bytes], Columns]] = {JSON: _from_json, CSV: _from_csv}
