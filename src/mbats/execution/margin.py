"""What a venue blocks for open positions, and when it closes them; plain functions on floats, so that they compile."""

import math


def margin_needed(units: float, mid: float, rate: float, margin_rate: float) -> float:
    """Return the margin of a position in account currency: ``|units| * mid * rate * margin_rate``.

    Parameters
    ----------
    rate
        Account currency per unit of quote currency.
    margin_rate
        The stricter of the instrument's share and the account's 1 / leverage.
    """
    return abs(units) * mid * rate * margin_rate


def affordable(margin_after: float, nav: float) -> bool:
    """Tell whether an entry may fill: the margin of all positions after it may not exceed the net asset value."""
    return margin_after <= nav


def closeout_percent(margin_used: float, nav: float) -> float:
    """Return OANDA's margin closeout percent, ``margin used / (2 * nav)``; from 1 on all positions are closed.

    Infinite once the net asset value is gone while a position is open.
    """
    if not margin_used:
        return 0.0
    return margin_used / (2 * nav) if nav > 0 else math.inf


def converted(amount: float, rate: float, markup: float) -> float:
    """Return a cash flow in account currency: a gain at ``rate * (1 - markup)``, a loss at ``rate * (1 + markup)``."""
    return amount * rate * (1 - markup if amount > 0 else 1 + markup)
