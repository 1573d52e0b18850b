"""How many units an account could still trade, by what may happen to the position that it has."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.exchange.reply import Record
    from mbats.exchange.rest.call import Call

_NOTHING = Decimal(0)


def units_available(call: Call, symbol: str, summary: Record, conversions: list[Record]) -> Record:
    """Return ``unitsAvailable`` of a price: long and short for each `positionFill`.

    What is free, plus what closing the opposite position would set free, over the margin of one unit.
    """
    position = call.exchange.position(call.account_id, symbol) or {}
    units = {side: abs(position.get(side, {}).get("units", _NOTHING)) for side in ("long", "short")}
    each = _margin_of_one(call, symbol, summary["marginRate"], conversions)
    free, held = summary["marginAvailable"], position.get("marginUsed", _NOTHING)
    step = Decimal(1).scaleb(-call.exchange.instrument(symbol).units_precision)
    fresh = _whole(free / each, step) if each else _NOTHING
    turned = _whole((free + held) / each, step) if each else _NOTHING
    both = {
        side: units[other] + (turned if units[other] else fresh)
        for side, other in (("long", "short"), ("short", "long"))
    }
    only = {"long": units["short"], "short": units["long"]}
    return {
        "default": both,
        "reduceFirst": both,
        "reduceOnly": only,
        "openOnly": {side: _NOTHING if only[side] else fresh for side in only},
    }


def _margin_of_one(call: Call, symbol: str, account_rate: Decimal, conversions: list[Record]) -> Decimal:
    terms = call.exchange.instrument(symbol)
    values = {known["currency"]: known["positionValue"] for known in conversions}
    value = values.get(terms.base, _NOTHING)
    return Decimal(value) * max(terms.margin_rate, account_rate)


def _whole(units: Decimal, step: Decimal) -> Decimal:
    return max(_NOTHING, units.quantize(step, rounding=ROUND_DOWN))
