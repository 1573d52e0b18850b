from __future__ import annotations

from dataclasses import dataclass, fields
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
        """What the same trades at mid prices, free of every cost, would have gained."""
        return self.net + self.costs

    def __add__(self, other: CostSplit) -> CostSplit:
        names = [field.name for field in fields(self)]
        return CostSplit(*(getattr(self, name) + getattr(other, name) for name in names))


def total(splits: Iterable[CostSplit]) -> CostSplit:
    """Return the sum of `splits`."""
    return sum(splits, CostSplit())
