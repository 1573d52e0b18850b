"""Whether an order may be sent: every limit is measured, and each says how much room it leaves.

An order that only reduces a position is never kept back. An entry that is smaller meets no limit that the larger one
did not meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.market import fx_week
from mbats.market.local_time import DAY, MINUTE, every_day_at, moment
from mbats.portfolio.limits import clocks
from mbats.portfolio.standing import Held, exposures, legs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, time

    from mbats.portfolio.limits import Limits, Window
    from mbats.portfolio.standing import Proposal, Standing

_ZERO, _HUNDRED = Decimal(0), Decimal(100)
_INFINITE = Decimal("Infinity")
_SECOND = 1_000_000_000
_MINUTES_A_DAY = 1_440
_SUNDAY, _FRIDAY = 6, 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One limit and how it stands, with the proposed order counted in."""

    name: str
    scope: str
    level: Decimal
    limit: Decimal
    unit: str
    breached: bool

    @property
    def room(self) -> Decimal:
        """What is left of the limit; below zero beyond it."""
        return self.limit - self.level

    def __str__(self) -> str:
        return f"{self.scope} limit {self.name}: {_shown(self.level)} of {_shown(self.limit)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All readings about an order; one that only reduces a position breaches nothing."""

    readings: tuple[Reading, ...]
    reduces: bool

    @property
    def breaches(self) -> tuple[Reading, ...]:
        """The limits that keep the order back."""
        return () if self.reduces else tuple(reading for reading in self.readings if reading.breached)

    @property
    def allowed(self) -> bool:
        """Whether the order may go out."""
        return not self.breaches


class _Measure(NamedTuple):
    name: str
    level: Decimal
    limit: Decimal | None
    unit: str
    worse: bool = True


def check(limits: Limits, proposal: Proposal, standing: Standing, scope: str = "session") -> Verdict:
    """Measure all limits that are set against an order.

    Parameters
    ----------
    scope
        Whose limits these are: ``session`` or ``account``, with the standing of the same.
    """
    measures = [
        *_sizes(limits, proposal, standing),
        *_rates(limits, standing),
        *_market(limits, proposal, standing),
        *_losses(limits, standing),
    ]
    held = standing.held.get(proposal.instrument.symbol)
    readings = (*_readings(measures, scope), *_times(limits, standing.time, scope))
    return Verdict(readings, held is not None and _reduces(held.units, proposal.units))


def losses(limits: Limits, standing: Standing, scope: str = "session") -> tuple[Reading, ...]:
    """Return how the limits on losses stand, whatever is sent."""
    return tuple(_readings(_losses(limits, standing), scope))


def last_reset(limits: Limits, time: int) -> int:
    """Return when the present day of the daily limits began, nanoseconds UTC."""
    resets = every_day_at(limits.zone, limits.reset.hour, limits.reset.minute, time - 3 * DAY, time)
    return int(resets[-1])


def flat_due(limits: Limits, time: int) -> bool:
    """Tell whether everything is to be closed because the week ends."""
    return limits.friday_flat is not None and _minute_of_week(_local(limits, time)) >= _friday(limits.friday_flat)


def _readings(measures: Iterable[_Measure], scope: str) -> Iterator[Reading]:
    for name, level, limit, unit, worse in measures:
        if limit is not None:
            yield Reading(name, scope, level, limit, unit, worse and level > limit)


def _reduces(held: Decimal, units: Decimal) -> bool:
    return held * units < 0 and abs(units) <= abs(held)


def _sizes(limits: Limits, proposal: Proposal, standing: Standing) -> Iterator[_Measure]:
    symbol, nav = proposal.instrument.symbol, standing.nav
    now = standing.held[symbol].units if symbol in standing.held else _ZERO
    then = now + proposal.units
    worse = abs(then) > abs(now)
    yield _Measure("units", abs(then), limits.units, symbol, worse)
    value = abs(then) * proposal.mid * proposal.rate
    yield _Measure("notional", _times_nav(value, nav), limits.notional, f"times NAV in {symbol}", worse)
    before = exposures(standing)
    added = Held(proposal.instrument, proposal.units, proposal.mid, proposal.rate)
    for currency, amount in legs(added):
        if currency != standing.currency:
            after = before.get(currency, _ZERO) + amount
            unit = f"times NAV in {currency}"
            worse = abs(after) > abs(before.get(currency, _ZERO))
            yield _Measure("exposure", _times_nav(abs(after), nav), limits.exposure, unit, worse)


def _rates(limits: Limits, standing: Standing) -> Iterator[_Measure]:
    reset = last_reset(limits, standing.time)
    minute = sum(standing.time - sent < MINUTE for sent in standing.orders) + 1
    day = sum(sent >= reset for sent in standing.orders) + 1
    yield _Measure("orders_per_minute", Decimal(minute), limits.orders_per_minute, "orders in 60 seconds")
    yield _Measure("orders_per_day", Decimal(day), limits.orders_per_day, f"orders since {limits.reset:%H:%M}")


def _market(limits: Limits, proposal: Proposal, standing: Standing) -> Iterator[_Measure]:
    pips = (proposal.ask - proposal.bid) / proposal.instrument.pip
    yield _Measure("spread", pips, limits.spread, "pips")
    distance = abs(proposal.price - proposal.close) / proposal.close * _HUNDRED
    yield _Measure("collar", distance, limits.collar, "percent from the close decided on")
    age = _traded_time(proposal.known_at, standing.time, limits.bar_age, proposal.bar_length)
    yield _Measure("bar_age", age / proposal.bar_length, limits.bar_age, "bars since the one decided on")
    quote = Decimal(max(0, standing.time - proposal.quoted_at)) / _SECOND
    yield _Measure("quote_age", quote, limits.quote_age, "seconds since the last price")


def _losses(limits: Limits, standing: Standing) -> Iterator[_Measure]:
    day = _percent_below(standing.nav, standing.day_nav)
    yield _Measure("daily_loss", day, limits.daily_loss, f"percent since {limits.reset:%H:%M}")
    yield _Measure(
        "drawdown", _percent_below(standing.nav, standing.high_nav), limits.drawdown, "percent below the top"
    )


def _times(limits: Limits, time: int, scope: str) -> Iterator[Reading]:
    local = _local(limits, time)
    if limits.hours is not None:
        yield _hours(limits.hours, local, scope)
    for name, friday in (("friday_entries", limits.friday_entries), ("friday_flat", limits.friday_flat)):
        if friday is not None:
            level, end = _minute_of_week(local), _friday(friday)
            yield Reading(name, scope, Decimal(level), Decimal(end), "minutes of the week", level >= end)


def _hours(hours: Window, local: datetime, scope: str) -> Reading:
    since = (_minute(local) - _minute(hours.opens)) % _MINUTES_A_DAY
    length = (_minute(hours.closes) - _minute(hours.opens)) % _MINUTES_A_DAY or _MINUTES_A_DAY
    return Reading("hours", scope, Decimal(since), Decimal(length), f"minutes of {hours}", since >= length)


def _traded_time(known_at: int, now: int, most: Decimal | None, length: int) -> Decimal:
    """Return the nanoseconds since `known_at` in which the market traded; all of them where that is within `most`."""
    passed = max(0, now - known_at)
    if most is None or passed <= most * length:
        return Decimal(passed)
    hours = fx_week.hours(known_at, now)
    traded = np.minimum(hours.closes, now) - np.maximum(hours.opens, known_at)
    return Decimal(int(np.maximum(traded, 0).sum()))


def _times_nav(value: Decimal, nav: Decimal) -> Decimal:
    return value / nav if nav > 0 else _INFINITE


def _percent_below(nav: Decimal, top: Decimal) -> Decimal:
    return max(_ZERO, (top - nav) / top * _HUNDRED) if top > 0 else _HUNDRED


def _local(limits: Limits, time: int) -> datetime:
    return moment(time).astimezone(clocks(limits.zone))


def _minute(at: datetime | time) -> int:
    return at.hour * 60 + at.minute


def _minute_of_week(local: datetime) -> int:
    """Return the minute of the trading week, from Monday 00:00; Sunday lies before it."""
    day = local.weekday()
    return (day if day != _SUNDAY else -1) * _MINUTES_A_DAY + _minute(local)


def _friday(at: time) -> int:
    return _FRIDAY * _MINUTES_A_DAY + _minute(at)


def _shown(value: Decimal) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".") if value.is_finite() else "without end"
