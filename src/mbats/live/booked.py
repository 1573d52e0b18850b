"""A fill's money as a journal tells it: profit in quote currency, and the rate that makes of it what was booked."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from mbats.ledger.account import product, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.execution.broker import Transaction

_PLACES = 4


class Booked(NamedTuple):
    """Profit in quote currency, the mid rate, and what of the booking no rate can explain (account currency)."""

    pnl: float
    rate: float
    rest: Decimal


def booked(profit: Decimal, amount: Decimal, fill: Transaction, markup: float, usual: float, *, home: bool) -> Booked:
    """Return the figures with which the ledger books exactly `amount`.

    The ledger rounds ``profit * rate * (1 -/+ markup)`` to four places. The rate is the venue's own where that gives
    the amount; else the one that lies in the amount itself (a venue rounds each closed trade by itself).

    Parameters
    ----------
    profit, amount
        In quote currency, and as booked in account currency.
    usual
        The rate to state where the venue told none, NaN while none is known.
    home
        Whether the quote currency is the account's.
    """
    pnl = float(profit)
    if home:
        exact = rounded(product(pnl), _PLACES) == amount
        return Booked(pnl if exact else float(amount), 1.0, Decimal(0))
    factor = Decimal(repr(markup)).copy_sign(-profit) + 1
    rates = [*_stated(fill, markup), usual, 1.0]
    if not profit:
        return Booked(0.0, next(filter(math.isfinite, rates)), amount)
    for rate in (*_stated(fill, markup), float(amount / profit / factor)):
        if rate > 0 and rounded(product(pnl, rate) * factor, _PLACES) == amount:
            return Booked(pnl, rate, Decimal(0))
    return Booked(0.0, next(rate for rate in rates if math.isfinite(rate)), amount)


def _stated(fill: Transaction, markup: float) -> Iterator[float]:
    """Return the mid rates that the venue's factors for gains and losses were made from."""
    if fill.gain_rate is not None:
        yield float(fill.gain_rate / (1 - Decimal(repr(markup))))
    if fill.loss_rate is not None:
        yield float(fill.loss_rate / (1 + Decimal(repr(markup))))
