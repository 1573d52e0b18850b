from __future__ import annotations

import math
from typing import NamedTuple

from mbats.execution.order import OrderType, Role


class Intent(NamedTuple):
    """An entry as it should go out, with the bracket that protects it; NaN: none.

    Attributes
    ----------
    units
        Of the new position, unsigned.
    price
        Of a limit or stop entry.
    stop, target
        Measured from the signal's close; where `anchored_on_fill`, the distances count from the fill instead.
    """

    side: int
    units: float
    type: OrderType = OrderType.MARKET
    price: float = math.nan
    role: Role = Role.ENTRY
    stop: float = math.nan
    target: float = math.nan
    stop_distance: float = math.nan
    target_distance: float = math.nan
    anchored_on_fill: bool = False
    trailing_distance: float = math.nan
    break_even_trigger: float = math.nan
