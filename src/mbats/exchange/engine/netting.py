from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from mbats.exchange.engine.amounts import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.exchange.engine.trade import Trade


class Part(NamedTuple):
    """So many units of a trade, signed as the trade's."""

    trade: Trade
    units: Decimal


class Netting(NamedTuple):
    """What a fill does: the trades that it closes or reduces, oldest first, and what it opens with the rest."""

    closing: tuple[Part, ...]
    opening: Decimal


def net(trades: Iterable[Trade], units: Decimal) -> Netting:
    """Net `units` against open trades, first in, first out."""
    closing, rest = [], units
    for trade in trades:
        if trade.units * rest >= 0:
            break
        part = min(abs(trade.units), abs(rest)).copy_sign(trade.units)
        closing.append(Part(trade, part))
        rest += part
    return Netting(tuple(closing), rest + ZERO)
