"""What an account is worth at the prices of this moment, and what it has to hold back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.engine.amounts import NOTHING, ZERO, money

if TYPE_CHECKING:
    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record

_PERCENT = Decimal("0.00001")
_LEAST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Standing:
    """Sums over open trades, account currency."""

    nav: Decimal
    unrealised: Decimal
    margin_used: Decimal
    position_value: Decimal

    @property
    def exhausted(self) -> bool:
        """Whether the closeout percent has reached 1: half of the margin used is all that is left."""
        return self.margin_used > 0 and self.margin_used >= 2 * self.nav

    def record(self) -> Record:
        """Return it in OANDA's words; the closeout's figures are at the same prices as all others."""
        available = max(self.nav - self.margin_used, NOTHING)
        share = self.margin_used / max(self.nav, _LEAST) if self.margin_used else ZERO
        closeout = {
            "marginCloseoutUnrealizedPL": self.unrealised,
            "marginCloseoutNAV": self.nav,
            "marginCloseoutMarginUsed": self.margin_used,
            "marginCloseoutPercent": (share / 2).quantize(_PERCENT),
            "marginCloseoutPositionValue": self.position_value,
        }
        return {
            "unrealizedPL": self.unrealised,
            "NAV": self.nav,
            "marginUsed": self.margin_used,
            "marginAvailable": available,
            "positionValue": self.position_value,
            **closeout,
            "withdrawalLimit": available,
            "marginCallMarginUsed": self.margin_used,
            "marginCallPercent": share.quantize(_PERCENT),
        }


def standing(market: Market, book: Book) -> Standing:
    """Return how an account stands now."""
    trades = book.open_trades() if book.holds else []
    gained = sum((unrealised(market, book, trade) for trade in trades), NOTHING)
    margin = sum((margin_used(market, book, trade.instrument, trade.units) for trade in trades), NOTHING)
    value = sum((position_value(market, book, trade.instrument, trade.units) for trade in trades), NOTHING)
    return Standing(book.balance + gained, gained, margin, value)


def unrealised(market: Market, book: Book, trade: Trade) -> Decimal:
    """Return what closing a trade now would bring: at the price to leave by, converted as it would be."""
    quote, factors = market.quotes[trade.instrument], market.factors(trade.instrument, book.currency)
    leaving = quote.bid if trade.long else quote.ask
    return money(factors.money(trade.units * (leaving - trade.price))) if factors else NOTHING


def position_value(market: Market, book: Book, instrument: str, units: Decimal) -> Decimal:
    """Return ``|units| * mid`` in account currency."""
    return money(_value(market, book, instrument, units))


def margin_used(market: Market, book: Book, instrument: str, units: Decimal) -> Decimal:
    """Return ``|units| * mid * margin rate`` in account currency."""
    return money(_value(market, book, instrument, units) * margin_rate(market, book, instrument))


def margin_rate(market: Market, book: Book, instrument: str) -> Decimal:
    """Return the stricter of the instrument's rate and the account's."""
    return max(market.terms[instrument].margin_rate, book.margin_rate or ZERO)


def _value(market: Market, book: Book, instrument: str, units: Decimal) -> Decimal:
    factors = market.factors(instrument, book.currency)
    return abs(units) * market.quotes[instrument].mid * factors.mid if factors else ZERO
