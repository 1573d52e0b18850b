"""Sees to it that every trade that was decided with a stop has it at the venue."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.execution.broker import Protect, Submit
from mbats.execution.order import Role
from mbats.live.decision import Decision

if TYPE_CHECKING:
    from mbats.live.book import Trade
    from mbats.live.memory import Memory

_TRIES = 3


def guards(memory: Memory, now: int) -> list[Decision]:
    """Return what is to be done about trades whose stop is missing or stands elsewhere than it was sent to.

    A missing stop is sent three times; then the trade is closed.
    """
    assert memory.book is not None
    found = (_guard(memory, trade, now) for trade in memory.book.mine())
    return [decision for decision in found if decision is not None]


def wanted_stop(memory: Memory, trade: Trade) -> Decimal | None:
    """Return where the stop of a trade was meant to stand at its fill, on the tick; None: it was decided without."""
    known = memory.attempt(trade.client_id)
    order = known[1].instruction if known else None
    if not isinstance(order, Submit):
        return None
    if order.stop is not None:
        return order.stop
    distance = order.trailing if order.stop_distance is None else order.stop_distance
    if distance is None:
        return None
    return memory.history.on_tick(trade.instrument, trade.price - distance.copy_sign(trade.units))


def _guard(memory: Memory, trade: Trade, now: int) -> Decision | None:
    wanted = wanted_stop(memory, trade)
    if wanted is None or (trade.guarded and not _misplaced(trade, wanted)):
        return None
    tries = sum(key.startswith(f"guard:{trade.id}:") for key in memory.decisions)
    if any(ticket.decision.key.startswith(f"guard:{trade.id}:") for ticket in memory.open.values()):
        return None
    if trade.guarded and tries:
        return None
    key, units = f"guard:{trade.id}:{tries + 1}", -trade.units
    close = Submit("", trade.instrument, units, role=Role.EXIT, reduce_only=True)
    order = Protect("", trade.instrument, trade.id, stop=wanted) if tries < _TRIES else close
    return Decision(
        key,
        trade.instrument,
        now,
        position=trade.units,
        units=float(units) if isinstance(order, Submit) else 0.0,
        orders=(order,),
    )


def _misplaced(trade: Trade, wanted: Decimal) -> bool:
    """Tell whether the stop still stands where the fill put it, and that is not where it belongs."""
    return trade.first_stop is not None and trade.stop == trade.first_stop != wanted
