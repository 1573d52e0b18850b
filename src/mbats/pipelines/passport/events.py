"""What happened to the orders of one trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Kind
from mbats.ledger.netting import legs
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from datetime import datetime

    from mbats.ledger.journal import Event, Journal
    from mbats.market.columns import IntColumn

_OF_THE_ACCOUNT = (Kind.FINANCING, Kind.MARGIN_CALL, Kind.BLOCKED)


class Family(NamedTuple):
    """The orders of a trade: those that made and ended it, and the brackets that hung on them.

    Attributes
    ----------
    orders
        Numbers of the journal, ascending.
    openers
        Those of them that opened it, or made it bigger.
    first, last
        Rows of the first and the last fill.
    """

    orders: tuple[int, ...]
    openers: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One row of the journal in words; prices and amounts are the journal's bits, NaN where there is none.

    Attributes
    ----------
    row
        Of the journal.
    event
        ``order``, ``fill``, ``cancel``, ``financing``, ...
    """

    row: int
    time: datetime
    event: str
    order: int
    parent: int
    role: str
    type: str
    units: float
    price: float
    stop: float
    target: float
    pnl: float
    amount: float
    currency: str
    reason: str


def family(journal: Journal, number: int) -> Family | None:
    """Return the orders of the round trip that the ledger calls `number`; None: the journal has no such trip."""
    mine = [leg for leg in legs(journal) if leg.trip == number - 1]
    if not mine:
        return None
    fills = np.array([leg.row for leg in mine], dtype=np.int64)
    openers = np.unique(journal.order[[leg.row for leg in mine if not leg.closing]])
    filled = np.unique(journal.order[fills])
    heads = np.union1d(filled, journal.parent[fills])
    hanging = journal.order[np.isin(journal.parent, heads[heads > 0])]
    whole = np.union1d(np.union1d(filled, heads), hanging)
    return Family(tuple(whole[whole > 0].tolist()), tuple(openers.tolist()), int(fills[0]), int(fills[-1]))


def rows_of(journal: Journal, found: Family) -> IntColumn:
    """Return the rows of the journal that tell what happened to a trade, decisions apart."""
    mine = np.isin(journal.order, found.orders)
    while_open = np.zeros(len(journal), dtype=np.bool_)
    while_open[found.first : found.last + 1] = True
    same = (journal.instrument == journal.instrument[found.first]) & (journal.strategy == journal.strategy[found.first])
    called = journal.kind == Kind.MARGIN_CALL
    beside = while_open & np.isin(journal.kind, _OF_THE_ACCOUNT) & (same | called)
    return np.flatnonzero(mine | beside)


def events(journal: Journal, found: Family) -> tuple[OrderEvent, ...]:
    """Return what happened to a trade, in order."""
    rows = rows_of(journal, found)
    return tuple(_event(journal, row, one) for row, one in zip(rows.tolist(), journal.events(rows), strict=True))


def _event(journal: Journal, row: int, one: Event) -> OrderEvent:
    return OrderEvent(
        row=row,
        time=moment(one.time),
        event=_words(Kind(one.kind).name),
        order=one.order,
        parent=one.parent,
        role=_words(Role(one.role).name) if one.order else "",
        type=_words(OrderType(one.type).name) if one.order else "",
        units=one.units,
        price=one.price,
        stop=one.stop,
        target=one.target,
        pnl=one.pnl,
        amount=one.amount,
        currency=journal.currencies[one.currency] if one.currency >= 0 else "",
        reason=_words(Reason(one.reason).name) if one.reason else "",
    )


def _words(name: str) -> str:
    return name.lower().replace("_", " ")
