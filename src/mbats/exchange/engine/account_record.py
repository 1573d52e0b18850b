"""Accounts, trades and positions in OANDA's words, as they stand at the prices of this moment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.exchange.engine.amounts import NOTHING, ZERO
from mbats.exchange.engine.book import Tally
from mbats.exchange.engine.order import STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from mbats.exchange.engine.standing import margin_used, standing, unrealised
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record

_DEPENDANTS = {
    TAKE_PROFIT: "takeProfitOrder",
    STOP_LOSS: "stopLossOrder",
    TRAILING_STOP: "trailingStopLossOrder",
}


def summary(market: Market, book: Book) -> Record:
    """Return an account without its trades, positions and orders."""
    return {
        "id": book.id,
        "alias": book.alias,
        "currency": book.currency,
        "balance": book.balance,
        "createdByUserID": book.user,
        "createdTime": Moment(book.created),
        "guaranteedStopLossOrderMode": "DISABLED",
        "guaranteedStopLossOrderParameters": {"mutabilityMarketOpen": "FIXED", "mutabilityMarketHalted": "FIXED"},
        "pl": book.pl,
        "resettablePL": book.pl,
        "resettablePLTime": Moment(0),
        "financing": book.financing,
        "commission": NOTHING,
        "dividendAdjustment": NOTHING,
        "guaranteedExecutionFees": NOTHING,
        "marginRate": book.margin_rate or Decimal("0.02"),
        "openTradeCount": len(book.open_trades()),
        "openPositionCount": len(book.held()),
        "pendingOrderCount": len(book.pending),
        "hedgingEnabled": False,
        **({"lastOrderFillTimestamp": Moment(book.last_fill)} if book.last_fill else {}),
        **standing(market, book).record(),
        **book.last(),
    }


def details(market: Market, book: Book) -> Record:
    """Return an account with its open trades, all its positions and its pending orders."""
    return summary(market, book) | {
        "trades": [trade_summary(market, book, trade) for trade in reversed(book.open_trades())],
        "positions": positions(market, book),
        "orders": [order.record() for order in reversed(book.pending.values())],
    }


def trade_record(market: Market, book: Book, trade: Trade) -> Record:
    """Return a trade with the orders that protect it."""
    orders = {_DEPENDANTS[kind]: book.orders[number].record() for kind, number in trade.dependants.items()}
    return trade.record() | calculated(market, book, trade) | orders


def trade_summary(market: Market, book: Book, trade: Trade) -> Record:
    """Return a trade with the ids of the orders that protect it."""
    ids = {f"{_DEPENDANTS[kind]}ID": str(number) for kind, number in trade.dependants.items()}
    return trade.record() | calculated(market, book, trade) | ids


def calculated(market: Market, book: Book, trade: Trade) -> Record:
    """Return what depends on present prices; nothing of a closed trade."""
    if trade.closed:
        return {}
    used = margin_used(market, book, trade.instrument, trade.units)
    return {"unrealizedPL": unrealised(market, book, trade), "marginUsed": used}


def positions(market: Market, book: Book) -> list[Record]:
    """Return the positions of all instruments that were ever traded, flat ones included."""
    return [position(market, book, symbol) for symbol in sorted(book.tallies)]


def position(market: Market, book: Book, symbol: str) -> Record:
    """Return a position, long and short side apart; one of them has no units."""
    trades, tally = book.trades_of(symbol), book.tallies.get(symbol, Tally())
    sides = {
        long: _side(market, book, [trade for trade in trades if trade.long is long], tally, long)
        for long in (True, False)
    }
    used = sum((margin_used(market, book, symbol, trade.units) for trade in trades), NOTHING)
    both: dict[str, Any] = {
        name: sides[True][name] + sides[False][name] for name in ("pl", "unrealizedPL", "financing")
    }
    fees = {"commission": NOTHING, "dividendAdjustment": NOTHING, "guaranteedExecutionFees": NOTHING}
    head = {"instrument": symbol, **both, "resettablePL": both["pl"], **fees}
    margin = {"marginUsed": used} if trades else {}
    return head | margin | {"long": sides[True], "short": sides[False]}


def _side(market: Market, book: Book, trades: list[Trade], tally: Tally, long: bool) -> Record:
    units = sum((trade.units for trade in trades), ZERO)
    opened: Record = {}
    if trades:
        average = sum((trade.units * trade.price for trade in trades), ZERO) / units
        opened["averagePrice"] = market.terms[trades[0].instrument].price(average)
        opened["tradeIDs"] = [str(trade.id) for trade in trades]
    gained = sum((unrealised(market, book, trade) for trade in trades), NOTHING)
    return {"units": units, **opened, "pl": tally.pl[long], "resettablePL": tally.pl[long]} | {
        "financing": tally.financing[long],
        "dividendAdjustment": NOTHING,
        "guaranteedExecutionFees": NOTHING,
        "unrealizedPL": gained,
    }


def home_conversions(market: Market, book: Book) -> list[Record]:
    """Return what every currency of the exchange is worth in the account's, as far as prices tell."""
    terms = market.terms.values()
    rows = []
    for currency in sorted({one.base for one in terms} | {one.quote for one in terms}):
        if (factors := market.conversion.factors(currency, book.currency)) is not None:
            names = {"accountGain": factors.gain, "accountLoss": factors.loss, "positionValue": factors.mid}
            rows.append({"currency": currency, **names})
    return rows
