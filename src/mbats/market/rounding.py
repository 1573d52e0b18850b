"""Rounding to a venue's price step in plain float arithmetic, so that it compiles."""

import math

_EXACT = 1e14


def to_tick(price: float, numerator: float, denominator: float) -> float:
    """Round to a multiple of ``numerator / denominator``, halves to even, bit for bit as `Instrument.round_price`.

    That one rounds the shortest decimal that stands for `price`. Where it lies from the middle of two steps is told by
    the float next to that middle, because a decimal of up to 15 digits is the shortest of its float; and a quotient of
    two whole numbers below 2 ** 53 is the float next to the true one.

    Parameters
    ----------
    price
        Finite. Beyond 1e14 / numerator steps (a billion at a tick of 0.00001) the last bit is not promised.
    numerator, denominator
        The tick as a fraction in lowest terms.
    """
    steps = price * denominator / numerator
    if not abs(steps) * numerator < _EXACT:
        return price
    whole = math.floor(steps + 0.5)
    double = 2.0 * denominator
    above, below = (2 * whole + 1) * numerator / double, (2 * whole - 1) * numerator / double
    odd = whole % 2 != 0
    if price > above or (odd and price == above):
        whole += 1
    elif price < below or (odd and price == below):
        whole -= 1
    return math.copysign(whole * numerator / denominator, price)
