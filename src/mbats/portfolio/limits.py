"""How far a session, or all sessions of an account together, may go; what is None sets no limit."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mbats.errors.limits import BadLimit, UnknownLimit
from mbats.market.local_time import NEW_YORK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ACCOUNT = "account."
_OFF = "off"


class Window(NamedTuple):
    """Hours of a day, the end not included; an end at or before the beginning lies on the next day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Pre-trade limits; see `mbats.portfolio.limit_check` for how each is measured.

    Attributes
    ----------
    units
        Largest position of an instrument, in units.
    notional
        Largest value of an instrument's position, in multiples of the net asset value.
    exposure
        Largest net amount of one currency, both legs of every pair counted, in multiples of the net asset value.
    orders_per_minute, orders_per_day
        Most orders sent within 60 seconds, and since the last `reset`.
    spread
        Widest spread, pips.
    daily_loss
        Percent of the net asset value at the last `reset` that may be lost, open positions included.
    drawdown
        Percent below the highest net asset value.
    reset, zone
        When a day of `daily_loss` begins, and the clocks that say so; `hours` and Friday's times go by them, too.
    collar
        Percent by which the present price may differ from the close that was decided on.
    bar_age
        Age of the bar decided on, in bars; only time in which the market trades counts.
    quote_age
        Age of the price, seconds.
    hours
        When entries are allowed.
    friday_entries, friday_flat
        From when on Friday no entry is allowed, and everything is closed.
    """

    units: Decimal | None = Decimal(1_000_000)
    notional: Decimal | None = Decimal(10)
    exposure: Decimal | None = Decimal(10)
    orders_per_minute: Decimal | None = Decimal(10)
    orders_per_day: Decimal | None = Decimal(200)
    spread: Decimal | None = Decimal(10)
    daily_loss: Decimal | None = Decimal(3)
    drawdown: Decimal | None = Decimal(10)
    reset: time = time(17)
    zone: str = NEW_YORK
    collar: Decimal | None = Decimal(1)
    bar_age: Decimal | None = Decimal(2)
    quote_age: Decimal | None = Decimal(120)
    hours: Window | None = None
    friday_entries: time | None = None
    friday_flat: time | None = None

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Limits:
        """Return the usual limits with those that are named in `plain` changed.

        Raises
        ------
        UnknownLimit, BadLimit
        """
        return _changed(cls(), plain)

    def plain(self) -> dict[str, str]:
        """Return the limits as texts that `read` understands."""
        return {field.name: _text(getattr(self, field.name)) for field in fields(self)}


LIMITS = tuple(field.name for field in fields(Limits))
"""The names of all limits."""


def session_limits(plain: Mapping[str, Any]) -> Limits:
    """Return the limits of a session by itself, from what its terms say."""
    return Limits.read({name: value for name, value in plain.items() if not name.startswith(_ACCOUNT)})


def account_limits(plain: Mapping[str, Any]) -> Limits:
    """Return the limits of all that trades on an account: what the terms call ``account.NAME``.

    Unless stated, only exposure and losses have one, wider than a session's own.
    """
    return _changed(
        _OF_AN_ACCOUNT,
        {name[len(_ACCOUNT) :]: value for name, value in plain.items() if name.startswith(_ACCOUNT)},
    )


def _changed(limits: Limits, plain: Mapping[str, Any]) -> Limits:
    known = {field.name: field.type for field in fields(limits)}
    for name in plain:
        if name not in known:
            raise UnknownLimit(name=name, known=", ".join(known))
    return replace(limits, **{name: _value(name, str(known[name]), value) for name, value in plain.items()})


def _value(name: str, kind: str, value: Any) -> Any:
    text = str(value).strip()
    if "None" in kind and text.lower() == _OFF:
        return None
    read, wanted = _READERS[kind.removesuffix(" | None")]
    try:
        return read(text)
    except (ValueError, InvalidOperation, ZoneInfoNotFoundError):
        raise BadLimit(name=name, value=value, wanted=wanted) from None


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not (number.is_finite() and number >= 0):
        raise ValueError
    return number


def _window(text: str) -> Window:
    opens, _, closes = text.partition("-")
    return Window(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))


def _zone(text: str) -> str:
    return clocks(text).key


@cache
def clocks(zone: str) -> ZoneInfo:
    """Return the clocks of a zone."""
    return ZoneInfo(zone)


def _text(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return _OFF if value is None else str(value)


_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "Decimal": (_number, "a number, not below zero"),
    "time": (time.fromisoformat, "a time of day like 17:00"),
    "Window": (_window, "hours like 07:00-17:00"),
    "str": (_zone, "a time zone like America/New_York"),
}


UNLIMITED = Limits.read({name: _OFF for name in LIMITS if name not in {"reset", "zone"}})
"""No limit at all: for comparisons of a session with its backtest."""
_OF_AN_ACCOUNT = replace(UNLIMITED, exposure=Decimal(20), daily_loss=Decimal(5), drawdown=Decimal(20))
