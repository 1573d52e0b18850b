"""What an account is worth at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.ledger.journal import Kind
from mbats.ledger.positions import positions

if TYPE_CHECKING:
    from mbats.ledger.account import Books
    from mbats.ledger.journal import Journal
    from mbats.ledger.prices import Prices
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn


_MONEY = (Kind.FILL, Kind.FEE, Kind.FINANCING, Kind.TRANSFER)


class Valuation(NamedTuple):
    """An account at a row of moments: `transferred` is the running sum of deposits less withdrawals."""

    nav: FloatColumn
    balance: FloatColumn
    transferred: FloatColumn
    exposure: FloatColumn


class Valuer:
    """Values an account at any moments.

    At a moment counts what happened before it, and the financing of that very moment: a fill that bears the moment at
    which a bar opens belongs to what follows. Positions are worth what closing them at the last known price would
    bring, converted by the same rule as a realised profit, so that closing at that price leaves the value as it is.
    """

    def __init__(self, journal: Journal, books: Books, prices: Prices) -> None:
        self._books, self._prices = books, prices
        self._positions = positions(journal)
        self._happened = _happened(journal)
        transfers = journal.kind == Kind.TRANSFER
        rows = np.array([flow.row for flow in books.flows], dtype=np.int64)
        amounts = np.array([float(flow.amount) for flow in books.flows])
        self._flow_time = self._happened[rows]
        self._balances = np.array([float(books.account.cash), *(float(flow.balance) for flow in books.flows)])
        self._transferred = np.append(0.0, np.cumsum(np.where(transfers[rows], amounts, 0.0)))

    def at(self, moments: TimeColumn) -> Valuation:
        """Return the values at `moments`, nanoseconds UTC, ascending, shape (n,)."""
        rows = np.searchsorted(self._flow_time, moments, side="left")
        nav, exposure = self._balances[rows].copy(), np.zeros(len(moments))
        for instrument, _, fills in self._positions.books():
            gain, value = self._open_position(self._positions.instruments[instrument], fills, moments)
            nav += gain
            exposure += value
        return Valuation(nav, self._balances[rows], self._transferred[rows], exposure)

    def _open_position(self, symbol: str, fills: IntColumn, moments: TimeColumn) -> tuple[FloatColumn, FloatColumn]:
        gain, value = np.zeros(len(moments)), np.zeros(len(moments))
        after = np.searchsorted(self._happened[self._positions.row[fills]], moments, side="left") - 1
        held = np.where(after >= 0, self._positions.units[fills][after], 0.0)
        rows = np.flatnonzero(held)
        if len(rows):
            units, paid, when = held[rows], self._positions.price[fills][after[rows]], moments[rows]
            rate = self._prices.rates(symbol, when)
            price = self._prices.leaving(symbol, units, when)
            price = np.where(np.isnan(price), paid, price)
            profit = self._prices.realisable(symbol, units * (price - paid) * rate)
            gain[rows] = np.round(profit, self._books.account.places)
            value[rows] = np.abs(units) * price * rate
        return gain, value


def _happened(journal: Journal) -> TimeColumn:
    """Return when each row's money moved, never falling; rows without money follow the ones before."""
    moved = np.isin(journal.kind, _MONEY)
    time = np.where(moved, journal.time - (journal.kind == Kind.FINANCING), np.iinfo(np.int64).min)
    return np.maximum.accumulate(time) if len(time) else time
