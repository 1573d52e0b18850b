"""An account carried through a journal in float64: the arithmetic of the books, without their rounding to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compiled
from mbats.errors.ledger import UnconvertibleFlow
from mbats.ledger.journal import Kind
from mbats.ledger.positions import DUST

if TYPE_CHECKING:
    from mbats.ledger.day_ends import DayEnds, Marks
    from mbats.ledger.journal import Journal
    from mbats.market.columns import CodeColumn, FlagColumn, FloatColumn, IntColumn, TimeColumn

_FILL, _FEE, _FINANCING, _TRANSFER = int(Kind.FILL), int(Kind.FEE), int(Kind.FINANCING), int(Kind.TRANSFER)
_NOWHERE = -2
"""In place of the home currency's code where no flow is in it; -1 is a currency that nobody named."""


class Events(NamedTuple):
    """The columns of a journal that move money."""

    time: TimeColumn
    kind: CodeColumn
    instrument: CodeColumn
    strategy: CodeColumn
    order: IntColumn
    currency: CodeColumn
    units: FloatColumn
    price: FloatColumn
    pnl: FloatColumn
    amount: FloatColumn
    rate: FloatColumn


class Walk(NamedTuple):
    """What became of the account.

    `nav` and `transfer` are of shape (n,), one row a trading day; `net` (money) and `closed` one row a round trip, in
    order of entry; `entered` and `left` are the moments between which any position was open. `earned` is the sum of all
    flows but transfers, open positions marked at the end.
    """

    nav: FloatColumn
    transfer: FloatColumn
    net: FloatColumn
    closed: FlagColumn
    entered: TimeColumn
    left: TimeColumn
    earned: float


class _Books(NamedTuple):
    """Positions by instrument and strategy (last: nobody's): units, money paid for them, their round trip."""

    held: FloatColumn
    paid: FloatColumn
    trip: IntColumn


class _Trips(NamedTuple):
    """Round trips, their number, and order, trips and the first one's share of each instrument's last fill."""

    made: IntColumn
    net: FloatColumn
    closed: FlagColumn
    order: IntColumn
    first: IntColumn
    second: IntColumn
    share: FloatColumn


def walk(journal: Journal, days: DayEnds) -> Walk:
    """Carry the account of `days` through `journal`.

    Raises
    ------
    mbats.errors.ledger.UnconvertibleFlow
        A cash flow in another currency has no rate.
    """
    account, names = days.account, journal.currencies
    places = np.array([days.symbols.index(symbol) for symbol in journal.instruments], dtype=np.int64)
    events = Events(*(getattr(journal, name) for name in Events._fields))
    home = names.index(account.currency) if account.currency in names else _NOWHERE
    terms = _Terms(float(account.cash), days.markup, home, len(journal.strategies) + 1)
    row, walked = _walk(events, places, days.time, days.marks, terms)
    if row >= 0:
        code = int(journal.currency[row])
        currency = names[code] if code >= 0 else "an unnamed currency"
        raise UnconvertibleFlow(row=row, currency=currency, account=account.currency)
    return walked


class _Terms(NamedTuple):
    cash: float
    markup: float
    home: int
    strategies: int


@compiled
def _walk(events: Events, places: IntColumn, days: TimeColumn, marks: Marks, terms: _Terms) -> tuple[int, Walk]:
    """Return the first row that cannot be converted (negative: none) and what became of the account until there."""
    books = _empty_books(len(marks.keeps), terms.strategies)
    trips = _no_trips(len(marks.keeps), np.sum(events.kind == _FILL))
    nav, transfer = np.full(len(days), terms.cash), np.zeros(len(days))
    entered, left = np.empty(len(trips.net), np.int64), np.empty(len(trips.net), np.int64)
    cash, earned, day, spans, opened = terms.cash, 0.0, 0, 0, 0
    moment = latest = np.int64(np.iinfo(np.int64).min)
    stopped = -1
    for row in range(len(events.time)):
        kind = events.kind[row]
        if kind not in (_FILL, _FEE, _FINANCING, _TRANSFER):
            continue
        moment = max(moment, events.time[row] - (kind == _FINANCING))
        while day < len(days) and days[day] <= moment:
            nav[day] = cash + _worth(books, marks, day)
            day += 1
        amount = _converted(events, row, terms)
        if np.isnan(amount):
            stopped = row
            break
        cash += amount
        if kind == _TRANSFER:
            if day < len(days):
                transfer[day] += amount
            continue
        earned += amount
        place = places[events.instrument[row]] if events.instrument[row] >= 0 else -1
        if kind == _FILL:
            was, now = _fill(books, trips, events, row, place)
            trips.net[trips.first[place]] += amount
            opened += now - was
            if now > was and opened == 1:
                entered[spans] = latest = events.time[row]
            # Backtrader dates a fill by its own instrument's last bar, which may lie before a row above it.
            ends = was and (not now or trips.second[place] >= 0)
            latest = max(latest, events.time[row]) if ends else latest
            if now < was and opened == 0:
                left[spans] = latest
                spans += 1
        elif place >= 0 and trips.first[place] >= 0:
            _charge(trips, place, amount, kind == _FEE and events.order[row] == trips.order[place])
    while day < len(days):
        nav[day] = cash + _worth(books, marks, day)
        day += 1
    if opened:
        left[spans] = np.iinfo(np.int64).max
        spans += 1
    earned += _worth(books, marks, len(days))
    count = trips.made[0]
    return stopped, Walk(nav, transfer, trips.net[:count], trips.closed[:count], entered[:spans], left[:spans], earned)


@compiled
def _empty_books(instruments: int, strategies: int) -> _Books:
    shape = (instruments, strategies)
    return _Books(np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64))


@compiled
def _no_trips(instruments: int, fills: int) -> _Trips:
    nobody = np.full(instruments, -1, np.int64)
    closed = np.zeros(fills, np.bool_)
    return _Trips(
        np.zeros(1, np.int64), np.zeros(fills), closed, nobody, nobody.copy(), nobody.copy(), np.ones(instruments)
    )


@compiled
def _converted(events: Events, row: int, terms: _Terms) -> float:
    """Return the row's money at home; NaN where there is no rate."""
    money: float = events.pnl[row] if events.kind[row] == _FILL else events.amount[row]
    if money == 0.0 or events.currency[row] == terms.home:
        return money
    rate: float = events.rate[row]
    if not abs(rate) < np.inf:
        return np.nan
    return money * rate * (1.0 - terms.markup if money > 0.0 else 1.0 + terms.markup)


@compiled
def _worth(books: _Books, marks: Marks, moment: int) -> float:
    """Return what closing every position would bring at a column of `marks`."""
    total = 0.0
    for place in range(books.held.shape[0]):
        for strategy in range(books.held.shape[1]):
            held = books.held[place, strategy]
            if held == 0.0:
                continue
            price = marks.bid[place, moment] if held > 0.0 else marks.ask[place, moment]
            if not np.isnan(price):
                profit = (held * price - books.paid[place, strategy]) * marks.rate[place, moment]
                total += profit * (1.0 - marks.keeps[place] if profit > 0.0 else 1.0 + marks.keeps[place])
    return total


@compiled
def _fill(books: _Books, trips: _Trips, events: Events, row: int, place: int) -> tuple[bool, bool]:
    """Book a fill; return whether there was a position before and is one after it."""
    strategy, units = events.strategy[row], events.units[row]
    before = books.held[place, strategy]
    after = before + units
    if abs(after) < DUST:
        after = 0.0
    if before == 0.0:
        books.trip[place, strategy] = _new(trips)
    trip = books.trip[place, strategy]
    trips.order[place], trips.first[place], trips.second[place], trips.share[place] = events.order[row], trip, -1, 1.0
    if before * after < 0.0:
        books.trip[place, strategy] = trips.second[place] = _new(trips)
        trips.share[place] = abs(before) / (abs(before) + abs(after))
    trips.closed[trip] = before * after < 0.0 or after == 0.0
    books.held[place, strategy] = after
    books.paid[place, strategy] += units * events.price[row] + events.pnl[row]
    if after == 0.0:
        books.paid[place, strategy] = 0.0
    return bool(before != 0.0), bool(after != 0.0)


@compiled
def _new(trips: _Trips) -> int:
    trips.made[0] += 1
    return int(trips.made[0] - 1)


@compiled
def _charge(trips: _Trips, place: int, amount: float, by_order: bool) -> None:
    """Give a fee to the round trips of its order, shared by units, and financing to the last one of the instrument."""
    second = trips.second[place]
    if second < 0:
        trips.net[trips.first[place]] += amount
    else:
        share = trips.share[place] if by_order else 0.0
        trips.net[trips.first[place]] += amount * share
        trips.net[second] += amount * (1.0 - share)
