"""What limits on losses count from: the net asset value when their day began, and the highest."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING

from mbats.portfolio.limit_check import last_reset
from mbats.portfolio.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.portfolio.limits import Limits

_ZERO = Decimal(0)


def tops(
    reset: int, navs: Sequence[tuple[int, float]], opening: Decimal, transferred: Decimal = _ZERO
) -> tuple[Decimal, Decimal]:
    """Return the net asset value at the last reset, and the highest.

    Parameters
    ----------
    navs
        By time, account currency, without what had been paid in or out until then; so is `opening`.
    transferred
        What was paid in since the beginning, less what was paid out: money that comes or goes is no gain and no loss.
    """
    if not navs:
        return opening + transferred, opening + transferred
    before = bisect_right(navs, reset, key=itemgetter(0))
    day, high = navs[max(before - 1, 0)][1], max(value for _, value in navs)
    return Decimal(repr(day)) + transferred, max(opening, Decimal(repr(high))) + transferred


class Highs:
    """The same for one who looks every other second: takes in values, remembers no more than these two.

    Parameters
    ----------
    opening
        What the past began with; None: what is seen first.
    navs
        Values of the past, as in `tops`: who begins to look in the middle of a day knows what was lost of it.
    """

    def __init__(self, limits: Limits, opening: Decimal | None, navs: Sequence[tuple[int, float]] = ()) -> None:
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
