"""What one trade earned more or less than expected, split by cause; every split adds up exactly."""

from __future__ import annotations

import math
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
_AT_PRICES = ("spread", "slippage")
_PLACES = 4


def parts(live: Taken, expected: Taken) -> Parts:
    """Split the difference of a trade that was made in both worlds.

    What another size alone would have earned is the signal's part, and what the same prices come to at the live rate is
    the conversion's. The rest is the difference to the expected trade at the live size and rate: at mid prices
    (latency), and in each cost. Of a trade at the expected prices nothing is latency: its mids differ by the tick to
    which a venue rounds the side that was not traded at, and the spread differs by as much.
    """
    scaled = _scaled(expected.money, Decimal(repr(live.units / expected.units)), tuple(_COSTS.values()))
    rates = live.rate, expected.rate
    ratio = rates[0] / rates[1] if rates[0] and rates[1] else Decimal(1)
    rerated = _scaled(scaled, ratio, _AT_PRICES)
    found = {Cause.SIGNAL: scaled.net - expected.money.net, Cause.LATENCY: live.money.gross - rerated.gross}
    found |= {cause: getattr(rerated, name) - getattr(live.money, name) for cause, name in _COSTS.items()}
    found[Cause.CONVERSION] += rerated.net - scaled.net
    if math.isclose(live.profit * expected.units, expected.profit * live.units, rel_tol=1e-9):
        found[Cause.SPREAD] += found.pop(Cause.LATENCY)
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


def _scaled(money: CostSplit, ratio: Decimal, names: tuple[str, ...]) -> CostSplit:
    """Return the same trade with its profit and some of its costs times `ratio`, rounded as cash flows are."""
    if ratio == 1:
        return money
    costs = {name: getattr(money, name) for name in _COSTS.values()}
    costs |= {name: rounded(costs[name] * ratio, _PLACES) for name in names}
    return CostSplit(net=rounded(money.gross * ratio, _PLACES) - sum(costs.values(), Decimal(0)), **costs)
