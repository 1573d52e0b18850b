"""Times as people write and read them."""

import re

import numpy as np

from mbats.errors.data import BadMoment, EndBeforeStart


def moment(time: int) -> str:
    """Write nanoseconds UTC as people read them."""
    text = str(np.datetime64(int(time), "ns")).rstrip("0").rstrip(".").replace("T", " ")
    return f"{text if text.count(':') > 1 else str(np.datetime64(int(time), 's')).replace('T', ' ')}Z"


def instant(text: str) -> int:
    """Return a year, a month, a date or a time in UTC as nanoseconds: ``2016``, ``2016-06-20``, ``2016-06-20T17:00Z``.

    Raises
    ------
    BadMoment
        The text is none of these.
    """
    plain = text.strip().removesuffix("Z")
    try:
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d)?)?)?)?", plain):
            raise ValueError(text)
        return int(np.datetime64(plain.replace(" ", "T"), "ns").astype(np.int64))
    except ValueError:
        raise BadMoment(text=text) from None


def span(start: str | None, end: str | None) -> tuple[int | None, int | None]:
    """Return the two ends of a range as nanoseconds UTC; None is an open end.

    Raises
    ------
    BadMoment, EndBeforeStart
    """
    first, last = (instant(text) if text else None for text in (start, end))
    if first is not None and last is not None and last <= first:
        raise EndBeforeStart(start=start, end=end)
    return first, last
