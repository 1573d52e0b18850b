from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from mbats.errors.market import UnknownAlignment, UnknownTimeframe

_SECONDS = {"S": 1, "M": 60, "H": 3_600, "D": 86_400, "W": 604_800}
NANOSECONDS = 1_000_000_000


class Alignment(StrEnum):
    """Where a day of bars begins."""

    NEW_YORK_17 = "ny17"
    UTC_MIDNIGHT = "utc"
    EXCHANGE_SESSION = "session"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise UnknownAlignment(name=value, known=", ".join(cls))


@dataclass(frozen=True, slots=True)
class Timeframe:
    """Length of a bar by its usual name: ``S``, ``M`` or ``H`` and any number (``S5``, ``M30``), ``D`` or ``W``.

    The length is nominal: a daily bar that spans a change of clocks has 23 or 25 hours, so when a bar is known is
    for the calendar to say.
    """

    name: str

    def __post_init__(self) -> None:
        letter, count = self.name[:1], self.name[1:]
        daily = letter in {"D", "W"} and not count
        intraday = letter in {"S", "M", "H"} and count.isdecimal() and int(count) > 0
        if not (daily or intraday):
            raise UnknownTimeframe(name=self.name)

    @property
    def seconds(self) -> int:
        """Nominal length in seconds."""
        return _SECONDS[self.name[0]] * int(self.name[1:] or 1)

    @property
    def nanoseconds(self) -> int:
        """Nominal length in nanoseconds."""
        return self.seconds * NANOSECONDS

    @property
    def intraday(self) -> bool:
        """Whether a bar is shorter than a trading day."""
        return self.seconds < _SECONDS["D"]

    def __str__(self) -> str:
        return self.name
