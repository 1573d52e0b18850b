from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.engine.amounts import NOTHING, ZERO, money
from mbats.market.local_time import moment
from mbats.market.value_date import financing_days

if TYPE_CHECKING:
    from datetime import date

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record
    from mbats.exchange.terms import Terms

_DAYS_IN_YEAR = 365
_SATURDAY = 5


def charge(market: Market, book: Book) -> None:
    """Book the financing of every open trade over this end of a trading day, 17:00 New York.

    ``|units| * mid * rate * days / 365`` in quote currency with the rate of the trade's side, converted like any gain
    or loss and booked by the trade.
    """
    day = moment(market.time).date()
    held = [(symbol, charged_days(market.terms[symbol], day)) for symbol in book.held()]
    positions = [_position(market, book, symbol, days) for symbol, days in held if days]
    if not positions:
        return
    total = sum((position["financing"] for position in positions), NOTHING)
    book.begin(market.time)
    book.balance += total
    book.financing += total
    fields = {"financing": total, "accountBalance": book.balance, "accountFinancingMode": "DAILY"}
    book.write("DAILY_FINANCING", fields | {"positionFinancings": positions})


def charged_days(terms: Terms, day: date) -> int:
    """Return for how many days a position held over 17:00 New York of `day` is financed.

    The venue's own figure where it has one, else the days between value dates.
    """
    if terms.days_of_week is not None:
        return terms.days_of_week.get(day.weekday(), 0)
    return financing_days(terms.base, terms.quote, day) if day.weekday() < _SATURDAY else 0


def _position(market: Market, book: Book, symbol: str, days: int) -> Record:
    parts = [_trade(market, book, trade, days) for trade in book.trades_of(symbol)]
    return {
        "instrument": symbol,
        "financing": sum((part["financing"] for part in parts), NOTHING),
        "baseFinancing": sum((part["baseFinancing"] for part in parts), ZERO),
        "accountFinancingMode": "DAILY",
        "openTradeFinancings": parts,
    }


def _trade(market: Market, book: Book, trade: Trade, days: int) -> Record:
    terms, factors = market.terms[trade.instrument], market.factors(trade.instrument, book.currency)
    rate = terms.long_rate if trade.long else terms.short_rate
    base = abs(trade.units) * rate * days / _DAYS_IN_YEAR
    amount = money(factors.money(base * market.quotes[trade.instrument].mid)) if factors else NOTHING
    trade.financing += amount
    book.tallies[trade.instrument].financing[trade.long] += amount
    book.changed_trades.add(trade.id)
    return trade.label() | {
        "financing": amount,
        "baseFinancing": base.quantize(Decimal("0.00000001")),
        "financingRate": rate,
    }
