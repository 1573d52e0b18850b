"""OANDA's transactions in the words of `mbats.execution.broker`; what nobody knows is `Kind.OTHER`, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mbats.adapters.oanda.reasons import FILLED_BY, ORDERS, why
from mbats.adapters.oanda.roles import role_of
from mbats.adapters.oanda.wire import ZERO, decimal, integer, nanoseconds, optional
from mbats.execution.broker import Kind, TradePart, Transaction
from mbats.execution.order import OrderType, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_MARGIN_CALLS = frozenset({"MARGIN_CALL_ENTER", "MARGIN_CALL_EXTEND", "MARGIN_CALL_EXIT"})


def transaction(raw: Mapping[str, Any]) -> Transaction:
    """Return one row of the venue's log; ids count as integers, an id that is none as 0."""
    kind = str(raw.get("type"))
    return _reader(kind)(_bare(raw), raw)


def within(body: Mapping[str, Any]) -> tuple[Transaction, ...]:
    """Return the transactions that an answer to an instruction holds, in the order of the log."""
    found = (value for name, value in body.items() if name.endswith("Transaction") and isinstance(value, Mapping))
    return tuple(sorted(map(transaction, found), key=lambda one: one.id))


def _reader(kind: str) -> Callable[[Transaction, Mapping[str, Any]], Transaction]:
    if kind in ORDERS:
        return _order
    if kind.removesuffix("_REJECT") in ORDERS:
        return _reject
    return _READERS.get(kind, _other)


def _bare(raw: Mapping[str, Any]) -> Transaction:
    return Transaction(
        id=integer(raw.get("id")),
        time=nanoseconds(raw.get("time")),
        kind=Kind.OTHER,
        raw=raw,
        instrument=str(raw.get("instrument") or ""),
        balance=optional(raw.get("accountBalance")),
        reason=str(raw.get("rejectReason") or raw.get("reason") or ""),
        why=why(raw.get("rejectReason") or raw.get("reason")),
    )


def _other(bare: Transaction, _: Mapping[str, Any]) -> Transaction:
    return bare


def _order(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    kind = str(raw["type"]).removesuffix("_REJECT")
    return replace(
        bare,
        kind=Kind.ORDER,
        client_id=str(_inside(raw, "clientExtensions").get("id") or ""),
        order=bare.id,
        replaces=integer(raw.get("replacesOrderID")),
        trade=integer(raw.get("tradeID") or _inside(raw, "tradeClose").get("tradeID")),
        type=ORDERS[kind],
        role=role_of(raw),
        units=decimal(raw.get("units")),
        price=optional(raw.get("price")),
        distance=optional(raw.get("distance")),
        why=why(None),
    )


def _reject(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    return replace(_order(bare, raw), kind=Kind.REJECT, why=bare.why)


def _fill(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    type_, role = FILLED_BY.get(bare.reason, (OrderType.MARKET, Role.ENTRY))
    units, opened = decimal(raw.get("units")), _inside(raw, "tradeOpened")
    gain, loss = _rate(raw, "gain"), _rate(raw, "loss")
    return replace(
        bare,
        kind=Kind.FILL,
        client_id=str(raw.get("clientOrderID") or ""),
        order=integer(raw.get("orderID")),
        type=type_,
        role=role,
        units=units,
        price=_executed(raw),
        opened=_part(opened, decimal(opened.get("units"))) if opened else None,
        closed=_closed(raw, units, gain, loss),
        pnl=decimal(raw.get("pl")),
        financing=decimal(raw.get("financing")),
        commission=decimal(raw.get("commission")),
        half_spread_cost=decimal(raw.get("halfSpreadCost")),
        gain_rate=gain,
        loss_rate=loss,
        mid=_mid(_inside(raw, "fullPrice")),
        why=why(None),
    )


def _cancel(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    return replace(
        bare,
        kind=Kind.CANCEL,
        client_id=str(raw.get("clientOrderID") or ""),
        order=integer(raw.get("orderID")),
        replaces=integer(raw.get("replacedByOrderID")),
    )


def _financing(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    positions = _rows(raw.get("positionFinancings"))
    trades = (trade for position in positions for trade in _rows(position.get("openTradeFinancings")))
    amount = decimal(raw.get("financing"))
    parts = tuple(
        TradePart(integer(trade.get("tradeID")), ZERO, financing=decimal(trade.get("financing"))) for trade in trades
    )
    return replace(bare, kind=Kind.FINANCING, closed=parts, financing=amount, amount=amount)


def _transfer(bare: Transaction, raw: Mapping[str, Any]) -> Transaction:
    return replace(bare, kind=Kind.TRANSFER, amount=decimal(raw.get("amount")))


def _margin_call(bare: Transaction, _: Mapping[str, Any]) -> Transaction:
    return replace(bare, kind=Kind.MARGIN_CALL)


_READERS: Mapping[str, Callable[[Transaction, Mapping[str, Any]], Transaction]] = {
    "ORDER_FILL": _fill,
    "ORDER_CANCEL": _cancel,
    "DAILY_FINANCING": _financing,
    "TRANSFER_FUNDS": _transfer,
    **dict.fromkeys(_MARGIN_CALLS, _margin_call),
}


def _closed(
    raw: Mapping[str, Any], units: Decimal, gain: Decimal | None, loss: Decimal | None
) -> tuple[TradePart, ...]:
    """Return the trades that a fill closed or reduced, oldest first, their units signed as the trades were.

    The venue tells the quote currency's profit of the whole fill alone; several trades share it by their own profit.
    """
    reduced = _inside(raw, "tradeReduced")
    rows = [*_rows(raw.get("tradesClosed")), *([reduced] if reduced else [])]
    whole = optional(raw.get("quotePL")) if len(rows) == 1 else None
    parts = []
    for row in rows:
        part = _part(row, abs(decimal(row.get("units"))).copy_sign(-units))
        rate = gain if part.pnl > 0 else loss
        quote = whole if whole is not None else part.pnl / rate if rate else ZERO
        parts.append(replace(part, pnl_quote=quote))
    return tuple(parts)


def _part(row: Mapping[str, Any], units: Decimal) -> TradePart:
    return TradePart(
        trade=integer(row.get("tradeID")),
        units=units,
        pnl=decimal(row.get("realizedPL")),
        financing=decimal(row.get("financing")),
        client_id=str(row.get("clientTradeID") or _inside(row, "clientExtensions").get("id") or ""),
    )


def _rate(raw: Mapping[str, Any], side: str) -> Decimal | None:
    newer = _inside(_inside(raw, "homeConversionFactors"), f"{side}QuoteHome").get("factor")
    return optional(raw.get(f"{side}QuoteHomeConversionFactor") or newer)


def _executed(raw: Mapping[str, Any]) -> Decimal | None:
    price = optional(raw.get("price"))
    return price if price is not None else optional(raw.get("fullVWAP"))


def _mid(price: Mapping[str, Any]) -> Decimal | None:
    sides = [_rows(price.get(side)) for side in ("bids", "asks")]
    best = [optional(rows[0].get("price")) for rows in sides if rows]
    known = [price for price in best if price is not None]
    return (known[0] + known[1]) / 2 if len(known) == len(sides) else None


def _inside(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name)
    return value if isinstance(value, Mapping) else _NOTHING


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
