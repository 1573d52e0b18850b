from __future__ import annotations

from enum import Enum

from mbats.errors.rest import InvalidValue
from mbats.market.timeframe import NANOSECONDS

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Granularity(Enum):
    """OANDA's lengths of a candle, in seconds; of a month nominally 31 days."""

    S5 = 5
    S10 = 10
    S15 = 15
    S30 = 30
    M1 = _MINUTE
    M2 = 2 * _MINUTE
    M4 = 4 * _MINUTE
    M5 = 5 * _MINUTE
    M10 = 10 * _MINUTE
    M15 = 15 * _MINUTE
    M30 = 30 * _MINUTE
    H1 = _HOUR
    H2 = 2 * _HOUR
    H3 = 3 * _HOUR
    H4 = 4 * _HOUR
    H6 = 6 * _HOUR
    H8 = 8 * _HOUR
    H12 = 12 * _HOUR
    D = _DAY
    W = 7 * _DAY
    M = 31 * _DAY

    @property
    def nanoseconds(self) -> int:
        """Nominal length."""
        return self.value * NANOSECONDS

    @classmethod
    def named(cls, name: str) -> Granularity:
        """Return the granularity of that name; raises `InvalidValue`, as for M3."""
        if name not in cls.__members__:
            raise InvalidValue(name="granularity")
        return cls[name]


GRANULARITIES = tuple(Granularity.__members__)
