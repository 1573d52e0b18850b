from __future__ import annotations

from typing import TYPE_CHECKING

import backtrader as bt

if TYPE_CHECKING:
    from mbats.execution.costs import Commission


class CommissionScheme(bt.CommInfoBase):
    """Our `Commission` in Backtrader's terms; prices move a position one to one."""

    params = (("terms", None), ("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:  # noqa: ARG002 - Backtrader's
        terms: Commission = self.p.terms
        return terms.of(size, price)
