"""Times of the clock as cron writes them, refused where a scheduler would choke on them later."""

from __future__ import annotations

import re

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def cron(words: str) -> str:
    """Return five fields (minute, hour, day, month, weekday from Sunday = 0) in plain numbers.

    Raises
    ------
    ValueError
        It is something else, or a day that no calendar has.
    """
    fields = _NAMED.get(words.lower(), words).split()
    if len(fields) != len(_RANGES):
        raise ValueError("is no time: write five fields such as 30 17 * * 1-5, or @daily; it is New York's clock")
    values = [_values(field, *bounds) for field, bounds in zip(fields, _RANGES, strict=True)]
    if fields[4] == "*" and not any(day <= _LONGEST[month - 1] for day in values[2] for month in values[3]):
        raise ValueError("never comes: no month has that day")
    return " ".join(fields)


def _values(field: str, lowest: int, highest: int) -> set[int]:
    found = set[int]()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"is no time: {part!r} is neither *, a number, a range nor */5")
        first, last, step = (int(group) if group else None for group in match.groups())
        if first is None:
            first, last = lowest, highest
        elif last is None:
            last = first if step is None else highest
        if not lowest <= first <= last <= highest or step == 0:
            raise ValueError(f"is no time: {part!r} is not within {lowest}-{highest}")
        found.update(range(first, last + 1, step or 1))
    return found
