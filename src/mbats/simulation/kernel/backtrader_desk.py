"""What follows from a strategy's decision at the close of a bar, as our bridges to Backtrader have it."""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason, Role
from mbats.portfolio.plan import Holding, Verb, bracket, plan
from mbats.portfolio.signal_rows import SignalRow, risk_distance
from mbats.portfolio.sizing import whole_lots
from mbats.simulation.kernel import rules  # noqa: F401 - lets compiled code call the rules of other rooms
from mbats.simulation.kernel.backtrader_book import Book
from mbats.simulation.kernel.backtrader_rows import moment, rate_now
from mbats.simulation.kernel.backtrader_ticket import cancel_entry, close, enter, guard, move_stop, rebalance
from mbats.simulation.kernel.decisions import FIXED, Decisions, units, wanted, wish
from mbats.simulation.kernel.events import decided


def decide(book: Book, decisions: Decisions, instrument: int) -> None:
    """Do what follows from the decision at the present bar and the position."""
    desk = book.desks[instrument]
    if desk.targets:
        risk = decisions.risk[desk.bar]
        if not math.isnan(risk):
            full = _full(book, decisions, instrument, math.nan) if risk != 0.0 else 0.0
            _to_target(book, instrument, wanted(risk, full, desk.lot))
    elif not idle(book, decisions, instrument):
        _to_signal(book, decisions, instrument)


def turn(book: Book, decisions: Decisions, instrument: int) -> None:
    """Decide, once a bar, then send the bracket that a fill left due.

    Before the decision it could not be sent: what was sent at a close cannot be cancelled at that close.
    """
    desk = book.desks[instrument]
    if desk.new:
        desk.new = 0
        decide(book, decisions, instrument)
    guard(book, instrument)


def idle(book: Book, decisions: Decisions, instrument: int) -> bool:
    """Tell whether nothing follows from the signals of the present bar, whatever they say."""
    desk = book.desks[instrument]
    if desk.units != 0.0:
        return not desk.listens
    return not desk.pending and bool(decisions.side[desk.bar] == 0)


def lapses(book: Book, instrument: int, row: int) -> bool:
    """Tell whether an entry that waits has waited long enough at `row`."""
    desk = book.desks[instrument]
    return bool(0 < desk.expiry <= row - desk.sent_row)


def _to_signal(book: Book, decisions: Decisions, instrument: int) -> None:
    desk = book.desks[instrument]
    row = wish(decisions, instrument, desk.bar)
    if desk.pending:
        if lapses(book, instrument, desk.row):
            cancel_entry(book, instrument, Reason.EXPIRED.value)
        elif row.side != 0:
            cancel_entry(book, instrument, Reason.REPLACED.value)
    step = plan(row, decisions.on_open[instrument], desk.close, _holding(book, instrument))
    if step.verb == Verb.MOVE_STOP:
        move_stop(book, instrument)
    elif step.verb == Verb.CLOSE:
        _decided(book, instrument, -desk.units, math.nan, math.nan, Reason.NONE.value)
        close(book, instrument, step.role.value)
    elif step.verb != Verb.NOTHING:
        full = _full(book, decisions, instrument, risk_distance(row.stop_distance, row.trailing_distance))
        kind, anchored = decisions.entry[instrument], decisions.anchored_on_fill[instrument]
        _enter(book, instrument, row, step.role.value, full, kind, anchored)


def _holding(book: Book, instrument: int) -> Holding:
    desk = book.desks[instrument]
    side = 1 if desk.units > 0.0 else (-1 if desk.units < 0.0 else 0)
    return Holding(side, desk.filled, desk.row - desk.opened_row + 1, desk.moved != 0, desk.trigger)


def _enter(
    book: Book, instrument: int, row: SignalRow, role: int, full: float, kind: int, anchored_on_fill: bool
) -> None:
    desk = book.desks[instrument]
    stop, target = bracket(row.side, desk.close, row.stop_distance, row.target_distance)
    size = whole_lots(full * row.size_hint, desk.lot)
    blocked = Reason.NONE.value if size != 0.0 else Reason.SIZE_BELOW_LOT.value
    _decided(book, instrument, row.side * size, stop, target, blocked)
    if size == 0.0:
        if role == Role.REVERSAL.value:
            close(book, instrument, Role.EXIT.value)
        return
    desk.side, desk.wanted, desk.stop, desk.target = row.side, size, stop, target
    desk.stop_distance, desk.target_distance = row.stop_distance, row.target_distance
    desk.trailing, desk.wanted_trigger = row.trailing_distance, row.break_even_trigger
    desk.anchored_on_fill, desk.expiry = anchored_on_fill, row.expiry_bars
    if role == Role.REVERSAL.value or kind == OrderType.MARKET.value:
        enter(book, instrument, OrderType.MARKET.value, role, math.nan, abs(desk.units))
    else:
        enter(book, instrument, kind, role, row.entry_price, abs(desk.units))


def _full(book: Book, decisions: Decisions, instrument: int, distance: float) -> float:
    """Return the units of a full-size position."""
    desk, rate = book.desks[instrument], rate_now(book, instrument)
    value = 0.0 if decisions.sizing[instrument] == FIXED else _nav(book)
    return units(decisions, instrument, desk.bar, value, rate, desk.close, distance)


def _nav(book: Book) -> float:
    """Return the net asset value in account currency at the closes of the present bars."""
    unrealised = 0.0
    for instrument in range(len(book.desks)):
        desk = book.desks[instrument]
        if desk.units != 0.0:
            unrealised += desk.units * (desk.close - desk.price) * rate_now(book, instrument)
    return float(book.totals[0].balance + unrealised)


def _to_target(book: Book, instrument: int, target: float) -> None:
    missing = target - book.desks[instrument].units
    if missing != 0.0:
        _decided(book, instrument, missing, math.nan, math.nan, Reason.NONE.value)
        rebalance(book, instrument, missing)


def _decided(book: Book, instrument: int, size: float, stop: float, target: float, reason: int) -> None:
    desk = book.desks[instrument]
    place, time = (instrument, desk.strategy), moment(book, instrument)
    decided(book.events, book.tallies[0], time, place, desk.bar, size, desk.close, stop, target, reason)


compilable(decide, turn, idle, lapses, _to_signal, _holding, _enter, _full, _nav, _to_target, _decided)
