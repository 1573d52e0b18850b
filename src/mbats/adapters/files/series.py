"""Tables with a time and a moment at which each row became known, and corporate actions, which are one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.adapters.files.sheet import is_text
from mbats.adapters.files.times import to_utc
from mbats.errors.data import KnownBeforeTime, SeriesColumnMissing, UnreadableNumber
from mbats.secmaster.moments import moment

if TYPE_CHECKING:
    import pyarrow as pa

    from mbats.adapters.files.sheet import Sheet
    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.pipelines.ingest import FileForm

_ACTIONS = {"instrument", "ex_date", "type", "value"}
_EXCHANGE_ZONE = "America/New_York"


def read_series(sheet: Sheet, form: FileForm) -> dict[str, pa.Table]:
    """Return the tables of a file, by what is put behind the series' name: one table, or one an instrument.

    Every table has `time` and `known_at` as timestamps in UTC. A file of corporate actions (instrument, ex_date, type,
    value) becomes one table an instrument, a row a date, with the columns `dividend` and `split`, known on the ex-date.

    Raises
    ------
    SeriesColumnMissing, KnownBeforeTime, UnreadableTime, ZoneMissing
        Naming file, row and field.
    """
    if set(sheet.columns) >= _ACTIONS:
        return _corporate_actions(sheet, form.timezone or _EXCHANGE_ZONE)
    named = (("time", form.time_column, "--time-column"), ("known_at", form.known_at_column, "--known-at-column"))
    times = {field: _time(sheet, field, column, option, form.timezone) for field, column, option in named}
    _refuse_foresight(sheet, times["time"], times["known_at"])
    used = {form.time_column, form.known_at_column}
    rest = {name: _typed(column) for name, column in sheet.columns.items() if name not in used}
    return {"": _table(times, rest)}


def _time(sheet: Sheet, field: str, column: str, option: str, zone: str | None) -> TimeColumn:
    if column not in sheet.columns:
        why = "when the value could first be read" if field == "known_at" else "the moment that the row speaks of"
        found = ", ".join(sheet.columns)
        raise SeriesColumnMissing(file=sheet.file, column=column, why=why, found=found, option=option)
    return to_utc(sheet, column, zone)


def _refuse_foresight(sheet: Sheet, time: TimeColumn, known_at: TimeColumn) -> None:
    early = np.flatnonzero(known_at < time)
    if len(early):
        row = int(early[0])
        raise KnownBeforeTime(
            file=sheet.file, row=sheet.rows[row], known_at=moment(known_at[row]), time=moment(time[row])
        )


def _table(times: dict[str, TimeColumn], rest: dict[str, pa.Array]) -> pa.Table:
    import pyarrow as pa

    stamps = {name: pa.array(values).cast(pa.timestamp("ns", "UTC")) for name, values in times.items()}
    return pa.table(stamps | rest).sort_by([("known_at", "ascending"), ("time", "ascending")])


def _typed(column: pa.Array) -> pa.Array:
    """Make numbers of a text column where every cell is one; empty cells are null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(column):
        return column
    text = pc.utf8_trim_whitespace(column)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
    try:
        return text.cast(pa.float64())
    except pa.ArrowInvalid:
        return text


def _corporate_actions(sheet: Sheet, zone: str) -> dict[str, pa.Table]:
    time = to_utc(sheet, "ex_date", zone)
    value = sheet.numbers("value")
    kinds = np.array([str(kind).strip().lower() for kind in sheet.columns["type"].to_pylist()])
    wrong = np.flatnonzero(~np.isfinite(value) | (value <= 0))
    if len(wrong):
        shown = sheet.columns["value"][int(wrong[0])].as_py()
        raise UnreadableNumber(file=sheet.file, row=sheet.rows[wrong[0]], field="value", value=shown)
    symbols = np.array([str(symbol).strip() for symbol in sheet.columns["instrument"].to_pylist()])
    return {symbol: _actions_of(symbols == symbol, time, kinds, value) for symbol in dict.fromkeys(symbols.tolist())}


def _actions_of(own: np.ndarray, time: TimeColumn, kinds: np.ndarray, value: FloatColumn) -> pa.Table:
    import pyarrow as pa

    days, row = np.unique(time[own], return_inverse=True)
    dividend, split = np.zeros(len(days)), np.ones(len(days))
    np.add.at(dividend, row, np.where(kinds[own] == "dividend", value[own], 0.0))
    np.multiply.at(split, row, np.where(kinds[own] == "split", value[own], 1.0))
    return _table({"time": days, "known_at": days}, {"dividend": pa.array(dividend), "split": pa.array(split)})
