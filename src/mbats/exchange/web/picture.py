"""What the page shows of an account, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.exchange.reply import Record
    from mbats.exchange.venue import Venue

LATEST = 200


def opening(venue: Venue, account: str, accounts: tuple[str, ...]) -> Record:
    """Return what the page needs first: who and what there is, and the newest transactions."""
    return {
        "accounts": list(accounts),
        "stepped": venue.stepped,
        "synthetic": venue.tape.synthetic,
        "instruments": [_terms(venue, symbol) for symbol in venue.symbols],
        "transactions": list(venue.exchange.transactions(account)[-LATEST:]),
        **present(venue, account),
        **prices(venue, venue.symbols),
    }


def present(venue: Venue, account: str) -> Record:
    """Return time, account, open trades and pending orders."""
    exchange = venue.exchange
    return {
        "time": Moment(venue.now()),
        "ended": venue.ended,
        "account": exchange.summary(account),
        "trades": exchange.open_trades(account),
        "orders": exchange.pending_orders(account),
    }


def prices(venue: Venue, symbols: Iterable[str]) -> Record:
    """Return bid and ask of `symbols`, of those that have them."""
    quotes = {symbol: venue.exchange.quote(symbol) for symbol in symbols}
    shown = {
        symbol: {"bid": quote.bid, "ask": quote.ask, "tradeable": quote.tradeable, "time": Moment(quote.time)}
        for symbol, quote in quotes.items()
        if quote
    }
    return {"prices": shown}


def _terms(venue: Venue, symbol: str) -> dict[str, Any]:
    terms = venue.exchange.instrument(symbol)
    return {"name": symbol, "pipLocation": terms.pip_location, "displayPrecision": terms.display_precision}
