"""An account as ``GET /accounts/{id}`` shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbats.adapters.oanda.reasons import ORDERS
from mbats.adapters.oanda.wire import decimal, integer, nanoseconds, optional
from mbats.execution.broker import AccountState, OpenTrade, WaitingOrder

if TYPE_CHECKING:
    from decimal import Decimal


def account_state(body: Mapping[str, Any]) -> AccountState:
    """Return the account, its trades with what protects them, and its waiting orders.

    Raises
    ------
    KeyError, TypeError
        It is no account.
    """
    account = body["account"]
    orders = {integer(order["id"]): order for order in account["orders"]}
    return AccountState(
        id=str(account["id"]),
        currency=str(account["currency"]),
        balance=decimal(account["balance"]),
        nav=decimal(account["NAV"]),
        margin_used=decimal(account["marginUsed"]),
        margin_available=decimal(account["marginAvailable"]),
        closeout_percent=decimal(account["marginCloseoutPercent"]),
        last_transaction=integer(account["lastTransactionID"]),
        hedging=bool(account.get("hedgingEnabled")),
        trades=tuple(_trade(trade, orders) for trade in account["trades"]),
        orders=tuple(_waiting(order, account["trades"]) for order in orders.values()),
    )


def _trade(trade: Mapping[str, Any], orders: Mapping[int, Mapping[str, Any]]) -> OpenTrade:
    return OpenTrade(
        id=integer(trade["id"]),
        instrument=str(trade["instrument"]),
        units=decimal(trade["currentUnits"]),
        price=decimal(trade["price"]),
        opened_at=nanoseconds(trade["openTime"]),
        client_id=_client_id(trade),
        stop=_level(trade, "stopLossOrder", "price", orders),
        target=_level(trade, "takeProfitOrder", "price", orders),
        trailing=_level(trade, "trailingStopLossOrder", "distance", orders),
        unrealised=decimal(trade.get("unrealizedPL")),
    )


def _level(trade: Mapping[str, Any], kind: str, field: str, orders: Mapping[int, Mapping[str, Any]]) -> Decimal | None:
    """Return what a dependent order protects at: it is part of the trade, or named there and among the orders."""
    order = trade.get(kind) or orders.get(integer(trade.get(f"{kind}ID")))
    return optional(order.get(field)) if isinstance(order, Mapping) else None


def _waiting(order: Mapping[str, Any], trades: list[Mapping[str, Any]]) -> WaitingOrder:
    """Return an order; a dependent one names its trade alone, so instrument and units come from there."""
    trade_id = integer(order.get("tradeID"))
    trade = next((trade for trade in trades if trade_id and integer(trade["id"]) == trade_id), {})
    return WaitingOrder(
        id=integer(order["id"]),
        instrument=str(order.get("instrument") or trade.get("instrument") or ""),
        type=ORDERS[f"{order['type']}_ORDER"],
        units=decimal(order.get("units")) if "units" in order else -decimal(trade.get("currentUnits")),
        price=optional(order.get("price")),
        client_id=_client_id(order),
        trade=trade_id,
    )


def _client_id(row: Mapping[str, Any]) -> str:
    extensions = row.get("clientExtensions")
    return str(extensions.get("id") or "") if isinstance(extensions, Mapping) else ""
