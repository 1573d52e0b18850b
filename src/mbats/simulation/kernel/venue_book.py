"""One instrument of a venue in compiled code: terms, the open lots, the orders that wait."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.compiled import compilable
from mbats.execution.margin import converted, margin_needed
from mbats.simulation.kernel.rates import rate_at

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn
    from mbats.simulation.kernel.decisions import Decisions
    from mbats.simulation.kernel.market import Market
    from mbats.simulation.kernel.rates import Rates
    from mbats.simulation.kernel.terms import Terms

INTEGERS = (
    "instrument strategy currency row first_lot end_lot main main_role main_type sent expiry entry opened stop goal"
)
FLAGS = "at_home held_stop held_target bare moved"
NUMBERS = (
    "tick_numerator tick_denominator lot slippage margin_rate bid ask position main_units main_level "
    "held_units held_level held_distance held_trail held_target_level held_target_distance held_trigger "
    "price trigger bracket_units stop_units stop_level stop_trail stop_from stop_ended goal_units goal_level goal_from"
)
BOOK: Any = np.dtype(
    [(name, np.int64) for name in INTEGERS.split()]
    + [(name, np.bool_) for name in FLAGS.split()]
    + [(name, np.float64) for name in NUMBERS.split()],
    align=True,
)
"""The state of one instrument.

`row` is the present bar; `bid` and `ask` are the last prices seen, `position` its units, ``first_lot .. end_lot`` are
its lots. `main`, `stop` and `goal` are the numbers of waiting orders, 0 without: the one that enters, leaves or
rebalances at a price or the next open, and the stop and target of the open lot. ``held_*`` is the bracket that goes
live with the main order. `entry`, `opened`, `price`, `trigger`, `moved` and `bracket_units` tell
of the position what `Holding` and a new stop ask.
"""

LOT: Any = np.dtype([("units", np.float64), ("price", np.float64), ("order", np.int64)])


def venue_books(market: Market, decisions: Decisions) -> Any:
    """Return the books of all instruments before the first bar."""
    books = np.zeros(len(market.lot), BOOK)
    books["instrument"], books["row"], books["strategy"] = np.arange(len(books)), -1, decisions.strategy
    for name in ("currency", "at_home", "tick_numerator", "tick_denominator", "lot", "slippage", "margin_rate"):
        books[name] = getattr(market, name)
    return books.view(np.recarray)


def blank_lots(instruments: int, each: int = 2) -> Any:
    """Return room for so many lots of each instrument, shape (m, each)."""
    return np.zeros((instruments, each), LOT).view(np.recarray)


def more_lots(lots: Any) -> Any:
    """Return the same lots with room for twice as many."""
    more = blank_lots(lots.shape[0], 2 * lots.shape[1])
    more[:, : lots.shape[1]] = lots
    return more


def lacks_lots(books: Any, lots: Any) -> bool:
    """Tell whether some instrument has no room for one more lot, after its closed ones were swept away."""
    lacks = False
    for k in range(len(books)):
        book = books[k]
        if book.end_lot == lots.shape[1]:
            for lot in range(book.first_lot, book.end_lot):
                here, there = lots[k, lot - book.first_lot], lots[k, lot]
                here.units, here.price, here.order = there.units, there.price, there.order
            book.end_lot -= book.first_lot
            book.first_lot = 0
            lacks = lacks or book.end_lot == lots.shape[1]
    return lacks


def open_lot(book: Any, lots: Any, units: float, price: float, order: int) -> None:
    """Add a lot."""
    lot = lots[book.instrument, book.end_lot]
    lot.units, lot.price, lot.order = units, price, order
    book.end_lot += 1


def close_lots(book: Any, lots: Any, units: float, price: float) -> tuple[float, float, bool]:
    """Close lots opposite to the signed `units`, the oldest first, as `execution.lots.Lots` does.

    Returns
    -------
    The units that closed (signed like `units`), the profit in quote currency, whether the entry's lot is gone.
    """
    left, profit, gone = units, 0.0, False
    while book.first_lot < book.end_lot:
        lot = lots[book.instrument, book.first_lot]
        if left * lot.units >= 0:
            break
        part = lot.units if abs(lot.units) <= abs(left) else -left
        profit += part * (price - lot.price)
        lot.units -= part
        left += part
        if lot.units != 0.0:
            break
        gone = gone or lot.order == book.entry
        book.first_lot += 1
    return units - left, profit, gone


def lot_units(book: Any, lots: Any) -> float:
    """Return the signed units that the position's entry opened and nobody has closed."""
    held = 0.0
    for k in range(book.first_lot, book.end_lot):
        lot = lots[book.instrument, k]
        if lot.order == book.entry:
            held += lot.units
    return held


def profit_at(book: Any, lots: Any, price: float) -> float:
    """Return what closing everything at `price` would bring, in quote currency."""
    profit = 0.0
    for k in range(book.first_lot, book.end_lot):
        lot = lots[book.instrument, k]
        profit += lot.units * (price - lot.price)
    return profit


def flow(book: Any, terms: Terms, amount: float, rate: float) -> float:
    """Return a cash flow in the account's currency."""
    return amount if book.at_home else converted(amount, rate, terms.markup)


def leaving(book: Any) -> float:
    """Return the last price at which the position can be closed."""
    price: float = book.bid if book.position > 0 else book.ask
    return price


def margin_of(book: Any, rates: Rates, cursors: IntColumn, units: float, time: int) -> float:
    """Return the margin of `units` of one instrument."""
    mid = (book.bid + book.ask) / 2
    return margin_needed(units, mid, rate_at(rates, cursors, book.currency, time), book.margin_rate)


def margin_used(books: Any, rates: Rates, cursors: IntColumn, time: int) -> float:
    """Return the margin that all positions block."""
    used = 0.0
    for k in range(len(books)):
        if books[k].position != 0.0:
            used += margin_of(books[k], rates, cursors, books[k].position, time)
    return used


def net_asset_value(
    books: Any, lots: Any, rates: Rates, cursors: IntColumn, terms: Terms, cash: float, time: int
) -> float:
    """Return cash and what closing every position at the last prices would bring."""
    unrealised = 0.0
    for k in range(len(books)):
        book = books[k]
        if book.position != 0.0:
            rate = rate_at(rates, cursors, book.currency, time)
            unrealised += flow(book, terms, profit_at(book, lots, leaving(book)), rate)
    return cash + unrealised


def infinitely(side: int) -> float:
    """Return the level that a stop of an order on `side` never meets."""
    return side * math.inf


compilable(lacks_lots, open_lot, close_lots, lot_units, profit_at, flow, leaving)
compilable(margin_of, margin_used, net_asset_value, infinitely)
