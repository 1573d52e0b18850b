"""Times in files: ISO 8601, the forms of the usual exporters, epoch counts and typed columns, all to UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.adapters.files.sheet import first_failure, is_text
from mbats.adapters.files.zones import zone
from mbats.errors.data import TimeRepeated, TimeSkipped, UnreadableTime, ZoneMissing

if TYPE_CHECKING:
    import pyarrow as pa

    from mbats.adapters.files.sheet import Sheet
    from mbats.market.columns import FlagColumn, FloatColumn, TimeColumn

_ZONED = r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
_EPOCH = r"^\d{9,13}$|^\d{16}$|^\d{19}$"
# A day alone, in digits, is no epoch: 20120201, and 20120201170000 with the time of day.
_TO_ISO = (
    (r" ?(UTC|GMT)$", "Z"),  # 2012-02-01 17:00 UTC
    (r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3"),
    (r"^(\d{4})(\d\d)(\d\d)[ T]?(\d\d):?(\d\d)(.*)$", r"\1-\2-\3 \4:\5\6"),
    (r"^(\d{4}-\d\d-\d\d \d\d:\d\d)(\d\d)$", r"\1:\2"),
    (r"^(\d{4})[./](\d\d)[./](\d\d)", r"\1-\2-\3"),
    (r"^(\d\d)\.(\d\d)\.(\d{4})", r"\3-\2-\1"),  # day first wherever dots separate; slashes are not guessed at
    (r" (UTC|GMT)([+-])", r"\2"),
)


def to_utc(sheet: Sheet, name: str, zone_name: str | None) -> TimeColumn:
    """Return a column of times as nanoseconds UTC.

    Parameters
    ----------
    zone_name
        The zone of times that name none; a time that names its own is taken at its word.

    Raises
    ------
    UnreadableTime, ZoneMissing, UnknownZone, TimeSkipped, TimeRepeated
        Naming file, row and value.
    """
    import pyarrow as pa

    column = sheet.columns[name]
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        _refuse_nulls(sheet, name, column)
        times = column.cast(pa.timestamp("ns", column.type.tz if zoned else None)).cast(pa.int64()).to_numpy()
        return times if zoned else _localised(sheet, name, times, zone_name)
    if is_text(column):
        return _from_text(sheet, name, column, zone_name)
    return _from_epoch(sheet.numbers(name), sheet, name)


def _from_text(sheet: Sheet, name: str, column: pa.Array, zone_name: str | None) -> TimeColumn:
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(column)
    if pc.all(pc.match_substring_regex(text, _EPOCH)).as_py():
        return _from_epoch(sheet.numbers(name), sheet, name)
    for pattern, replacement in _TO_ISO:
        text = pc.replace_substring_regex(text, pattern, replacement)
    zoned = np.asarray(pc.match_substring_regex(text, _ZONED).to_numpy(zero_copy_only=False), dtype=bool)
    if zoned.all():
        return _parsed(sheet, name, text, "UTC")
    if zoned.any():
        raise _zone_missing(sheet, name, int(np.argmin(zoned)))
    return _localised(sheet, name, _parsed(sheet, name, text, None), zone_name)


def _parsed(sheet: Sheet, name: str, text: pa.Array, zone_name: str | None) -> TimeColumn:
    import pyarrow as pa

    def cast(part: pa.Array) -> pa.Array:
        return part.cast(pa.timestamp("ns", zone_name))

    try:
        times: TimeColumn = cast(text).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        raise _unreadable(sheet, name, first_failure(text, cast)) from None
    return times


def _from_epoch(numbers: FloatColumn, sheet: Sheet, name: str) -> TimeColumn:
    if not np.isfinite(numbers).all():
        raise _unreadable(sheet, name, int(np.argmin(np.isfinite(numbers))))
    largest = float(np.max(np.abs(numbers)))
    scale = next((scale for limit, scale in ((1e11, 10**9), (1e14, 10**6), (1e17, 10**3)) if largest < limit), 1)
    exact = sheet.columns[name]
    return _whole(exact) * scale if scale == 1 else np.round(numbers * (scale / 1_000)).astype(np.int64) * 1_000


def _whole(column: pa.Array) -> TimeColumn:
    import pyarrow as pa

    counts: TimeColumn = column.cast(pa.int64()).to_numpy()
    return counts


def _localised(sheet: Sheet, name: str, local: TimeColumn, zone_name: str | None) -> TimeColumn:
    if zone_name is None:
        raise _zone_missing(sheet, name, 0)
    times, skipped, repeated = zone(zone_name).to_utc(local)
    for wrong, error in ((skipped, TimeSkipped), (repeated, TimeRepeated)):
        if wrong.any():
            row = int(np.argmax(wrong))
            raise error(file=sheet.file, row=sheet.rows[row], value=_cell(sheet, name, row), zone=zone_name)
    return times


def _refuse_nulls(sheet: Sheet, name: str, column: pa.Array) -> None:
    if column.null_count:
        missing: FlagColumn = column.is_null().to_numpy(zero_copy_only=False)
        raise _unreadable(sheet, name, int(np.argmax(missing)))


def _cell(sheet: Sheet, name: str, row: int) -> str:
    return str(sheet.columns[name][row].as_py())


def _unreadable(sheet: Sheet, name: str, row: int) -> UnreadableTime:
    return UnreadableTime(file=sheet.file, row=sheet.rows[row], field=name, value=_cell(sheet, name, row))


def _zone_missing(sheet: Sheet, name: str, row: int) -> ZoneMissing:
    return ZoneMissing(file=sheet.file, row=sheet.rows[row], field=name, value=_cell(sheet, name, row))
