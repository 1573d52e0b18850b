"""An exchange's first morning, and every later one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.course import Course
from mbats.exchange.exchange import Exchange
from mbats.exchange.venue import Venue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.exchange.pacing import Pacing
    from mbats.exchange.store import Store
    from mbats.exchange.tape import Tape
    from mbats.exchange.terms import Terms
    from mbats.exchange.ticker import RateChange

MARKUP = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened when an exchange is new."""

    id: str
    currency: str = "USD"
    cash: Decimal = Decimal(100_000)


async def open_venue(
    tape: Tape,
    terms: Sequence[Terms],
    pacing: Pacing,
    accounts: Sequence[NewAccount],
    *,
    start: int,
    store: Store | None = None,
    rate_changes: Sequence[RateChange] = (),
    markup: Decimal = MARKUP,
) -> Venue:
    """Return the venue that `store` remembers, where it stopped, or a new one at `start` (nanoseconds UTC).

    Parameters
    ----------
    terms, rate_changes
        On which terms instruments trade at `start`, and how their financing changes later.
    """
    if saved := store.load() if store else None:
        exchange = Exchange.restore(terms, saved.exchange, saved.transactions)
        venue = Venue(exchange, tape, pacing, store, rate_changes)
        await venue.recall(saved.venue)
        return venue
    venue = Venue(_new_exchange(tape, terms, start, markup), tape, pacing, store, rate_changes)
    for account in accounts:
        venue.exchange.open_account(account.id, account.currency, account.cash)
    venue.save()
    return venue


def _new_exchange(tape: Tape, terms: Sequence[Terms], start: int, markup: Decimal) -> Exchange:
    """Return an engine that shows the market as it stands at `start`: last prices where nothing trades then."""
    course = Course(tape, start)
    last = sorted((time, symbol, quote) for symbol, (time, quote) in course.last_quotes().items())
    exchange = Exchange(terms, time=last[0][0] if last else start, markup=markup)
    for time, symbol, quote in last:
        exchange.tick(time, {symbol: _price(quote)})
        exchange.halt([symbol])
    exchange.advance(start)
    if quotes := course.quotes():
        exchange.tick(start, {symbol: _price(quote) for symbol, quote in quotes.items()})
    return exchange


def _price(quote: tuple[float, float]) -> tuple[Decimal, Decimal]:
    return Decimal(repr(quote[0])), Decimal(repr(quote[1]))
