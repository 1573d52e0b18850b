"""How a session or an account stands when an order is proposed to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.instrument import Instrument


class Held(NamedTuple):
    """A position: signed units, the present mid, and account currency per unit of quote currency."""

    instrument: Instrument
    units: Decimal
    mid: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order that is about to be sent, and what it was decided on.

    Attributes
    ----------
    units
        Signed.
    rate
        Account currency per unit of quote currency.
    close
        Mid close of the bar decided on; `known_at` and `bar_length` are that bar's, nanoseconds.
    quoted_at
        When the venue last quoted, nanoseconds UTC.
    """

    instrument: Instrument
    units: Decimal
    bid: Decimal
    ask: Decimal
    rate: Decimal
    close: Decimal
    known_at: int
    bar_length: int
    quoted_at: int

    @property
    def price(self) -> Decimal:
        """What a market order would pay or get."""
        return self.ask if self.units > 0 else self.bid

    @property
    def mid(self) -> Decimal:
        """Half way between bid and ask."""
        return (self.bid + self.ask) / 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session, or an account, stands now.

    Attributes
    ----------
    currency
        Of the account; all money is in it.
    day_nav, high_nav
        Net asset value at the last reset (`last_reset`), and the highest so far.
    held
        Positions by symbol, entries that still wait counted as if they were filled.
    orders
        When orders were sent, nanoseconds UTC, in any order.
    """

    time: int
    currency: str
    nav: Decimal
    day_nav: Decimal
    high_nav: Decimal
    held: Mapping[str, Held]
    orders: Sequence[int] = ()


def exposures(standing: Standing) -> dict[str, Decimal]:
    """Return the net amount of each currency, in account currency; what is short is below zero."""
    total: dict[str, Decimal] = {}
    for held in standing.held.values():
        for currency, amount in legs(held):
            total[currency] = total.get(currency, Decimal(0)) + amount
    return total


def legs(held: Held) -> tuple[tuple[str, Decimal], tuple[str, Decimal]]:
    """Return what a position is long and short, in account currency by currency."""
    value = held.units * held.mid * held.rate
    return (held.instrument.base, value), (held.instrument.quote, -value)
