"""What a watchdog makes of what it sees: the fewer remedies, the fewer mistakes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from mbats.execution.broker import Kind
from mbats.live.store import Wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from mbats.execution.broker import Transaction
    from mbats.live.beacon import Beat
    from mbats.portfolio.limit_check import Reading


class Remedy(IntEnum):
    """What follows; the worst of all findings counts."""

    NOTHING = 0
    BLOCK = 1  # no entries; the broker's stops stay
    FLATTEN = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    cause: str
    remedy: Remedy
    text: str


def silence(heard: tuple[Beat, float] | None, patience: float) -> list[Finding]:
    """Find a session that has not said anything for more than `patience` seconds."""
    if heard is not None and heard[1] <= patience:
        return []
    since = "since the watchdog began" if heard is None else f"for {heard[1]:.0f} s"
    return [Finding("silence", Remedy.BLOCK, f"the session has said nothing {since}")]


def neglect(heard: tuple[Beat, float] | None, patience: float, wish: Wish) -> list[Finding]:
    """Find a session of which a person wants that everything is closed, and which is not there to do it."""
    if wish is not Wish.FLATTEN or not silence(heard, patience):
        return []
    return [Finding("left undone", Remedy.FLATTEN, "everything is to be closed, and the session says nothing")]


def repetition(transactions: Iterable[Transaction], prefix: str) -> list[Finding]:
    """Find client ids of the session under which the venue holds more than one order.

    What a partial fill left of an order, and what replaced one, goes on under its client id; so do the stops and
    targets of the trades that the parts of one order opened.
    """
    given = (one for one in transactions if one.kind is Kind.ORDER and not (one.replaces or one.trade))
    orders = Counter(one.client_id for one in given if one.client_id.startswith(prefix))
    return [
        Finding("duplicate order", Remedy.FLATTEN, f"the venue holds {count} orders with the client id {client_id}")
        for client_id, count in orders.items()
        if count > 1
    ]


def disagreement(told: Mapping[str, Decimal], known: Mapping[str, Decimal]) -> list[Finding]:
    """Find positions (signed units) of which the session's books and the venue's log say different things."""
    return [
        Finding(
            "position differs",
            Remedy.FLATTEN,
            f"{symbol} is {told.get(symbol, 0)} in the session's books and {known.get(symbol, 0)} by the venue's log",
        )
        for symbol in sorted({*told, *known})
        if told.get(symbol, 0) != known.get(symbol, 0)
    ]


def loss(readings: Iterable[Reading]) -> list[Finding]:
    """Find limits on losses that are breached."""
    return [Finding("loss limit", Remedy.FLATTEN, str(reading)) for reading in readings if reading.breached]


def worst(findings: Iterable[Finding]) -> Remedy:
    """Return what has to be done."""
    return max((finding.remedy for finding in findings), default=Remedy.NOTHING)
