"""What the venue's own log says of one trade of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.execution.broker import Kind
from mbats.live.journal import order_numbers
from mbats.live.memory import Memory
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from mbats.execution.broker import Transaction
    from mbats.live.store import Entry, SessionTerms
    from mbats.market.instrument import Instrument
    from mbats.pipelines.passport.events import Family


@dataclass(frozen=True, slots=True)
class VenueTransaction:
    """One row of the venue's log; money as booked, in account currency.

    Attributes
    ----------
    trades
        The venue's numbers of the trades that it opened, closed or protects.
    client_id
        Ours, on what we sent.
    reason
        The venue's word for why.
    raw
        The venue's own words, whole.
    """

    id: int
    time: datetime
    kind: str
    order: int
    trades: tuple[int, ...]
    client_id: str
    units: Decimal
    price: Decimal | None
    pnl: Decimal
    financing: Decimal
    commission: Decimal
    balance: Decimal | None
    reason: str
    raw: Mapping[str, Any]


def transactions(
    terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument], found: Family
) -> tuple[VenueTransaction, ...]:
    """Return the rows of the venue's log that made, protected, charged and ended a trade, in order."""
    numbers = order_numbers(terms, entries, instruments)
    orders = {order for order, number in numbers.items() if number in found.orders}
    openers = {order for order, number in numbers.items() if number in found.openers}
    log = Memory.of(terms, entries, instruments).transactions
    trades = _opened(log, openers)
    return tuple(_told(one) for one in log if one.order in orders or _touched(one) & trades)


def number_of(
    terms: SessionTerms, entries: Sequence[Entry], instruments: Mapping[str, Instrument]
) -> Mapping[int, int]:
    """Return the journal's number of the order that opened each of the venue's trades, by the venue's number of it."""
    numbers = order_numbers(terms, entries, instruments)
    log = Memory.of(terms, entries, instruments).transactions
    return {one.opened.trade: numbers[one.order] for one in log if one.opened and one.order in numbers}


def _opened(log: Sequence[Transaction], orders: Collection[int]) -> set[int]:
    return {one.opened.trade for one in log if one.kind is Kind.FILL and one.opened and one.order in orders}


def _touched(one: Transaction) -> set[int]:
    opened = {one.opened.trade} if one.opened else set()
    return opened | {part.trade for part in one.closed} | ({one.trade} if one.trade else set())


def _told(one: Transaction) -> VenueTransaction:
    return VenueTransaction(
        id=one.id,
        time=moment(one.time),
        kind=str(one.kind),
        order=one.order,
        trades=tuple(sorted(_touched(one))),
        client_id=one.client_id,
        units=one.units,
        price=one.price,
        pnl=one.pnl,
        financing=one.financing,
        commission=one.commission,
        balance=one.balance,
        reason=one.reason,
        raw=one.raw,
    )
