from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Lot:
    """Units bought or sold (signed) by one order and not yet closed."""

    units: float
    price: float
    order: int


class Closing(NamedTuple):
    """What of a fill closed (signed like the fill), the profit in quote currency, the orders whose lots are gone."""

    units: float
    profit: float
    finished: tuple[int, ...]


def added(numbers: Iterable[float]) -> float:
    """Return the plain sum, one after the other, as compiled code adds; Python's own is exact from 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total


class Lots:
    """The open lots of one instrument on a netting account: an opposite fill closes the oldest first.

    (OANDA, NFA Compliance Rule 2-43b: first in, first out.) A protective order closes the lot it was sent with.
    """

    def __init__(self) -> None:
        self._lots: deque[Lot] = deque()

    @property
    def units(self) -> float:
        """Signed units of the position."""
        return added(lot.units for lot in self._lots)

    def of(self, order: int) -> float:
        """Return the signed units that `order` opened and nobody has closed."""
        return added(lot.units for lot in self._lots if lot.order == order)

    def profit(self, price: float) -> float:
        """Return what closing everything at `price` would bring, in quote currency."""
        return added(lot.units * (price - lot.price) for lot in self._lots)

    def open(self, units: float, price: float, order: int) -> None:
        """Add a lot."""
        self._lots.append(Lot(units, price, order))

    def close(self, units: float, price: float, first: int = 0) -> Closing:
        """Close lots opposite to the signed `units` of a fill, the lot of order `first` before all others."""
        left, profit, finished = units, 0.0, []
        for lot in sorted(self._lots, key=lambda lot: lot.order != first):
            if left * lot.units >= 0:
                break
            part = lot.units if abs(lot.units) <= abs(left) else -left
            profit += part * (price - lot.price)
            lot.units -= part
            left += part
            if not lot.units:
                finished.append(lot.order)
                self._lots.remove(lot)
        return Closing(units - left, profit, tuple(finished))
