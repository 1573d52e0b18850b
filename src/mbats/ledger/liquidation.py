"""What open positions are worth: closed at the last price known, long at the bid and short at the ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.execution.order import Role
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.positions import positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.ledger.journal import Journal
    from mbats.ledger.prices import Prices


def liquidated(journal: Journal, prices: Prices) -> Journal:
    """Return the journal with one more fill for each position open at the end of `prices`, which closes it.

    The fills stand after all rows of `journal`; they are marks and no events, so only the accounts' own copy has them.
    """
    quotes = (bars.instrument.quote for bars in prices.market.values())
    currencies = tuple(dict.fromkeys((*journal.currencies, *quotes)))
    marks = JournalWriter(journal.instruments, journal.strategies, currencies)
    for mark in _marks(journal, currencies, prices):
        marks.append(mark)
    closing = marks.journal()
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(journal, name), getattr(closing, name)]) for name in Event._fields
    }
    return replace(closing, **columns, extras=journal.extras)


def _marks(journal: Journal, currencies: tuple[str, ...], prices: Prices) -> Iterator[Event]:
    held, end = positions(journal), prices.end
    for instrument, strategy, rows in held.books():
        units, paid = float(held.units[rows[-1]]), float(held.price[rows[-1]])
        if not units:
            continue
        symbol = journal.instruments[instrument]
        bars = prices.market[symbol]
        price = float(prices.leaving(symbol, np.array([units]), np.array([end]))[0])
        yield Event(
            end,
            Kind.FILL,
            instrument,
            strategy,
            role=Role.EXIT,
            currency=currencies.index(bars.instrument.quote),
            units=-units,
            price=price,
            mid=float(bars.close[-1]),
            pnl=units * (price - paid),
            rate=prices.conversion.rate(bars.instrument.quote, end),
        )
