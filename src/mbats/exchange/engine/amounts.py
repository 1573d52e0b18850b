from decimal import ROUND_HALF_EVEN, Decimal

ZERO = Decimal(0)
_PLACES = Decimal("0.0001")


def money(amount: Decimal) -> Decimal:
    """Return an amount as an account books it: four decimal places, halves to even."""
    return amount.quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def places(amount: Decimal) -> int:
    """Return how many decimal places a number needs; below zero for whole tens."""
    return -int(amount.normalize().as_tuple().exponent)


NOTHING = money(ZERO)
"""No money."""
