from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CostSplit:
    """What was gained and where the difference to mid prices went, in account currency; costs above zero when paid."""

    net: Decimal = _ZERO
    spread: Decimal = _ZERO
    slippage: Decimal = _ZERO
    commission: Decimal = _ZERO
    financing: Decimal = _ZERO
    conversion: Decimal = _ZERO

    @property
    def costs(self) -> Decimal:
        """All costs together."""
        return self.spread + self.slippage + self.commission + self.financing + self.conversion

    @property
    def gross(self) -> Decimal:
        """What the same trades would have gained at mid prices, free of every cost."""
        return self.net + self.costs

    def __add__(self, other: CostSplit) -> CostSplit:
        return CostSplit(
            self.net + other.net,
            self.spread + other.spread,
            self.slippage + other.slippage,
            self.commission + other.commission,
            self.financing + other.financing,
            self.conversion + other.conversion,
        )


def total(splits: Iterable[CostSplit]) -> CostSplit:
    """Return the sum of `splits`."""
    return sum(splits, CostSplit())
