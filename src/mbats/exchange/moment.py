"""Moments as an exchange writes and reads them: nanoseconds, in either of OANDA's two formats."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX = re.compile(r"(\d{1,11})(?:\.(\d+))?", re.ASCII)
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


class Moment(int):
    """Nanoseconds UTC; a type of its own, so that whoever renders a record knows a time from a count."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read RFC 3339 (UTC where it names no zone) or UNIX seconds.

        Raises
        ------
        ValueError
            When it is neither.

        >>> Moment.parse("1502463871.639182352").rfc3339()
        '2017-08-11T15:04:31.639182352Z'
        """
        if unix := _UNIX.fullmatch(text):
            return cls(int(unix[1]) * _SECOND + _fraction(unix[2]))
        if not (stamp := _RFC3339.fullmatch(text)):
            raise ValueError(f"no moment: {text!r}")
        zone = (stamp[3] or "Z").upper().replace("Z", "+00:00")
        whole = datetime.fromisoformat(stamp[1].upper().replace(" ", "T") + zone)
        return cls((whole - _EPOCH) // timedelta(seconds=1) * _SECOND + _fraction(stamp[2]))

    def rfc3339(self) -> str:
        """Return it with nine digits of fraction and a Z."""
        seconds, rest = divmod(int(self), _SECOND)
        return f"{_second(seconds)}.{rest:09d}Z"

    def unix(self) -> str:
        """Return it as seconds since 1970 with nine digits of fraction."""
        seconds, rest = divmod(int(self), _SECOND)
        return f"{seconds}.{rest:09d}"


@lru_cache(10_000)
def _second(seconds: int) -> str:
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"


def _fraction(digits: str | None) -> int:
    return int((digits or "")[:9].ljust(9, "0"))
