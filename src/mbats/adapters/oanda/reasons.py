"""OANDA's words for kinds of orders and for why something happened, in ours."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mbats.execution.order import OrderType, Reason, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDERS: Mapping[str, OrderType] = MappingProxyType(
    {
        "MARKET_ORDER": OrderType.MARKET,
        "FIXED_PRICE_ORDER": OrderType.MARKET,
        "LIMIT_ORDER": OrderType.LIMIT,
        "STOP_ORDER": OrderType.STOP,
        "MARKET_IF_TOUCHED_ORDER": OrderType.LIMIT,
        "TAKE_PROFIT_ORDER": OrderType.LIMIT,
        "STOP_LOSS_ORDER": OrderType.STOP,
        "GUARANTEED_STOP_LOSS_ORDER": OrderType.STOP,
        "TRAILING_STOP_LOSS_ORDER": OrderType.TRAILING_STOP,
    }
)
"""The type of a transaction that creates an order; with ``_REJECT`` behind it, of one that refuses it."""

PROTECTION: Mapping[str, Role] = MappingProxyType(
    {
        "TAKE_PROFIT_ORDER": Role.TAKE_PROFIT,
        "STOP_LOSS_ORDER": Role.STOP_LOSS,
        "GUARANTEED_STOP_LOSS_ORDER": Role.STOP_LOSS,
        "TRAILING_STOP_LOSS_ORDER": Role.STOP_LOSS,
    }
)

FILLED_BY: Mapping[str, tuple[OrderType, Role]] = MappingProxyType(
    {kind: (type_, PROTECTION.get(kind, Role.ENTRY)) for kind, type_ in ORDERS.items()}
    | {
        "MARKET_ORDER_TRADE_CLOSE": (OrderType.MARKET, Role.EXIT),
        "MARKET_ORDER_POSITION_CLOSEOUT": (OrderType.MARKET, Role.EXIT),
        "MARKET_ORDER_MARGIN_CLOSEOUT": (OrderType.MARKET, Role.CLOSEOUT),
        "MARKET_ORDER_DELAYED_TRADE_CLOSE": (OrderType.MARKET, Role.CLOSEOUT),
    }
)
"""What a fill's reason tells of the order behind it."""

_WHY: Mapping[str, Reason] = MappingProxyType(
    {
        "INSUFFICIENT_MARGIN": Reason.INSUFFICIENT_MARGIN,
        "STOP_LOSS_ON_FILL_LOSS": Reason.STOP_LOSS_ON_FILL_LOSS,
        "LOSING_STOP_LOSS": Reason.STOP_LOSS_ON_FILL_LOSS,
        "TAKE_PROFIT_ON_FILL_LOSS": Reason.TAKE_PROFIT_ON_FILL_LOSS,
        "LOSING_TAKE_PROFIT": Reason.TAKE_PROFIT_ON_FILL_LOSS,
        "MARKET_HALTED": Reason.MARKET_HALTED,
        "INSTRUMENT_NOT_TRADEABLE": Reason.MARKET_HALTED,
        "LINKED_TRADE_CLOSED": Reason.LINKED_TRADE_CLOSED,
        "TIME_IN_FORCE_EXPIRED": Reason.EXPIRED,
        "CLIENT_REQUEST": Reason.CLIENT_REQUEST,
        "CLIENT_REQUEST_REPLACED": Reason.REPLACED,
        "MARGIN_CLOSEOUT": Reason.MARGIN_CLOSEOUT,
        "ACCOUNT_POSITION_CLOSEOUT": Reason.MARGIN_CLOSEOUT,
        "UNITS_MINIMUM_NOT_MET": Reason.SIZE_BELOW_LOT,
        "UNITS_MIMIMUM_NOT_MET": Reason.SIZE_BELOW_LOT,  # so in OANDA's description of 2018
    }
)


def why(reason: Any) -> Reason:
    """Return our word for why an order was rejected or cancelled, `Reason.NONE` where there is none."""
    return _WHY.get(str(reason), Reason.NONE)
