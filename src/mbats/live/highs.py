"""What limits on losses count from: the net asset value when their day began, and the highest."""

from __future__ import annotations

import math
from bisect import bisect_right
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING

from mbats.portfolio.limit_check import last_reset
from mbats.portfolio.standing import Standing

if TYPE_CHECKING:
    from mbats.portfolio.limits import Limits

_ZERO = Decimal(0)


class Course:
    """Net asset values by time, account currency, and the highest of them."""

    def __init__(self) -> None:
        self._values: list[tuple[int, float]] = []
        self.high = -math.inf

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, time: int, value: float) -> None:
        """Take in the next value."""
        self._values.append((time, value))
        self.high = max(self.high, value)

    def at(self, time: int) -> float:
        """Return the last value up to `time`; before the first, the first."""
        before = bisect_right(self._values, time, key=itemgetter(0))
        return self._values[max(before - 1, 0)][1]


def tops(reset: int, navs: Course, opening: Decimal, transferred: Decimal = _ZERO) -> tuple[Decimal, Decimal]:
    """Return the net asset value at the last reset, and the highest.

    Parameters
    ----------
    navs
        Without what had been paid in or out until then; so is `opening`.
    transferred
        What was paid in since the beginning, less what was paid out: money that comes or goes is no gain and no loss.
    """
    if not navs:
        return opening + transferred, opening + transferred
    day, high = Decimal(repr(navs.at(reset))), Decimal(repr(navs.high))
    return day + transferred, max(opening, high) + transferred


class Highs:
    """The same for one who looks every other second: takes in values, remembers no more than these two.

    Parameters
    ----------
    opening
        What the past began with; None: what is seen first.
    navs
        Values of the past, as in `tops`: who begins to look in the middle of a day knows what was lost of it.
    """

    def __init__(self, limits: Limits, opening: Decimal | None, navs: Course) -> None:
        self._limits, self._opening, self._navs = limits, opening, navs
        self._day: int | None = None
        self._day_nav = self._high = self._latest = _ZERO

    def standing(self, time: int, currency: str, nav: Decimal, transferred: Decimal = _ZERO) -> Standing:
        """Take in a value and return how things stand."""
        earned, day = nav - transferred, last_reset(self._limits, time)
        if self._day is None:
            self._day_nav, self._high = tops(day, self._navs, earned if self._opening is None else self._opening)
        elif day != self._day:
            self._day_nav = self._latest
        self._day, self._latest, self._high = day, earned, max(self._high, earned)
        return Standing(time, currency, nav, self._day_nav + transferred, self._high + transferred, {}, ())
