from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.market.columns import CodeColumn, FloatColumn, IntColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Positions:
    """The net position of an instrument after each fill, one row a fill, in the journal's order.

    Attributes
    ----------
    row
        Row of the fill in the journal.
    units
        Signed net units after the fill.
    price
        Average price of what is held, from prices paid and profit realised; NaN when flat.
    realised
        Profit realised in this instrument so far, in quote currency.
    """

    instruments: tuple[str, ...]
    row: IntColumn
    time: TimeColumn
    instrument: CodeColumn
    units: FloatColumn
    price: FloatColumn
    realised: FloatColumn

    def __len__(self) -> int:
        return len(self.row)
