"""The venue as its operator sees it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from mbats.exchange.faults.armed import Faults
    from mbats.exchange.venue import Venue

_OF_AN_ACCOUNT = ("id", "alias", "currency", "balance", "NAV", "marginUsed", "marginCloseoutPercent")
_COUNTS = ("openTradeCount", "pendingOrderCount", "lastTransactionID")


def venue_state(venue: Venue, faults: Faults) -> dict[str, Any]:
    """Return time, instruments, accounts, participants of turns and faults."""
    summaries = [venue.exchange.summary(account) for account in venue.exchange.accounts]
    return {
        "time": Moment(venue.time),
        "shownTime": Moment(venue.now()),
        "stepped": venue.stepped,
        "ended": venue.ended,
        "participants": list(venue.turns.participants),
        "instruments": [instrument_state(venue, symbol) for symbol in venue.symbols],
        "accounts": [
            {name: summary[name] for name in (*_OF_AN_ACCOUNT, *_COUNTS) if name in summary} for summary in summaries
        ],
        "faults": faults.listed(),
    }


def instrument_state(venue: Venue, symbol: str) -> dict[str, Any]:
    """Return an instrument's price, and what the operator has done to it."""
    quote = venue.exchange.quote(symbol)
    shown = {"bid": quote.bid, "ask": quote.ask, "time": Moment(quote.time)} if quote else {}
    return {
        "instrument": symbol,
        **shown,
        "tradeable": bool(quote and quote.tradeable),
        "halted": symbol in venue.ticker.halted,
        "shift": venue.ticker.shifts.get(symbol, Decimal(0)),
    }
