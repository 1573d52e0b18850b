"""What one trade earned more or less than expected, split by cause; every split adds up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.ledger.account import rounded
from mbats.ledger.cost_split import CostSplit
from mbats.pipelines.explanation.cause import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.pipelines.explanation.decided import Taken

Parts = Mapping[Cause, Decimal]
_COSTS = {
    Cause.SPREAD: "spread",
    Cause.SLIPPAGE: "slippage",
    Cause.COMMISSION: "commission",
    Cause.FINANCING: "financing",
    Cause.CONVERSION: "conversion",
}
_PLACES = 4


def parts(live: Taken, expected: Taken) -> Parts:
    """Split the difference of a trade that was made in both worlds.

    What another size alone would have earned is the signal's part; the rest is the difference to the expected trade at
    the live size: at mid prices (latency), and in each cost.
    """
    scaled = _scaled(expected.money, live.units / expected.units)
    found = {Cause.SIGNAL: scaled.net - expected.money.net, Cause.LATENCY: live.money.gross - scaled.gross}
    found |= {cause: getattr(scaled, name) - getattr(live.money, name) for cause, name in _COSTS.items()}
    return {cause: amount for cause, amount in found.items() if amount}


def whole(cause: Cause, amount: Decimal) -> Parts:
    """Give all of a difference to one cause."""
    return {cause: amount} if amount else {}


def added(all_parts: Iterable[Parts]) -> Parts:
    """Return the sums by cause."""
    sums: dict[Cause, Decimal] = {}
    for one in all_parts:
        for cause, amount in one.items():
            sums[cause] = sums.get(cause, Decimal(0)) + amount
    return sums


def _scaled(money: CostSplit, ratio: float) -> CostSplit:
    """Return the money of the same trade at another size, rounded as cash flows are."""
    if ratio == 1.0:
        return money
    share = Decimal(repr(ratio))
    costs = {name: rounded(getattr(money, name) * share, _PLACES) for name in _COSTS.values()}
    gross = rounded(money.gross * share, _PLACES)
    return CostSplit(net=gross - sum(costs.values(), Decimal(0)), **costs)
