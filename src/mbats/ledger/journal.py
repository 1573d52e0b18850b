from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbats.market.columns import CodeColumn, FloatColumn, IntColumn, TimeColumn


class Kind(IntEnum):
    """What a row of the journal records."""

    DECISION = 0
    ORDER = 1
    REJECT = 2
    CANCEL = 3
    REPLACE = 4
    EXPIRY = 5
    TRIGGER = 6
    FILL = 7
    FEE = 8
    FINANCING = 9
    TRANSFER = 10
    MARGIN_CALL = 11
    BLOCKED = 12
    MANUAL = 13


class Event(NamedTuple):
    """One row of the journal; see `Journal` for the meaning of each field."""

    time: int
    kind: int
    instrument: int = -1
    strategy: int = -1
    order: int = 0
    parent: int = 0
    role: int = 0
    type: int = 0
    reason: int = 0
    currency: int = -1
    units: float = np.nan
    price: float = np.nan
    stop: float = np.nan
    target: float = np.nan
    mid: float = np.nan
    slippage: float = 0.0
    pnl: float = 0.0
    amount: float = 0.0
    rate: float = np.nan


@dataclass(frozen=True, slots=True)
class Journal:
    """The append-only record of a run, simulated or live: columns of equal length, in order of happening.

    Attributes
    ----------
    instruments, strategies, currencies
        Names behind the integer codes; -1 means none.
    time
        Nanoseconds UTC. A decision bears the moment its bar was known; a simulated fill inside a bar bears the
        bar's opening time, since nothing finer is known.
    kind
        A `Kind`.
    order, parent
        Order numbers from 1 in order of creation; `parent` is a bracket's entry order; 0 means none.
    role, type, reason
        `mbats.execution.order.Role`, `OrderType` and `Reason`.
    currency
        Currency of `pnl` and `amount`; `rate` converts it.
    units
        Signed: bought above zero, sold below. On a decision: what was wanted.
    price
        Decision: the close decided on. Order: its limit or stop price (NaN for market). Fill: the executed price.
    stop, target
        Protective prices of a decision or order, NaN without.
    mid
        Fill: mid price of the market at that moment; ``price - mid`` is spread and slippage.
    slippage
        Fill: the part of the price that is slippage, never negative, in quote currency.
    pnl
        Fill: realised profit before fees, as simulated.
    amount
        Fee, financing, transfer: the cash flow, negative when paid.
    rate
        Account currency per unit of `currency`, at mid, at that moment; 1 where they are the same.
    extras
        What strategies reported with their decisions: one value per DECISION row, in order, NaN where not reported.
    """

    instruments: tuple[str, ...]
    strategies: tuple[str, ...]
    currencies: tuple[str, ...]
    time: TimeColumn
    kind: CodeColumn
    instrument: CodeColumn
    strategy: CodeColumn
    order: IntColumn
    parent: IntColumn
    role: CodeColumn
    type: CodeColumn
    reason: CodeColumn
    currency: CodeColumn
    units: FloatColumn
    price: FloatColumn
    stop: FloatColumn
    target: FloatColumn
    mid: FloatColumn
    slippage: FloatColumn
    pnl: FloatColumn
    amount: FloatColumn
    rate: FloatColumn
    extras: Mapping[str, FloatColumn] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time)

    def __iter__(self) -> Iterator[Event]:
        return self.events(slice(None))

    def events(self, rows: IntColumn | slice) -> Iterator[Event]:
        """Return the chosen rows as events."""
        columns = [getattr(self, name)[rows].tolist() for name in Event._fields]
        return map(Event._make, zip(*columns, strict=True))

    def rows(self, kind: Kind) -> IntColumn:
        """Return the row numbers of one kind of event."""
        return np.flatnonzero(self.kind == kind)

    def money(self) -> IntColumn:
        """Return the row numbers of what moves money: profits, fees, financing and transfers that are not zero."""
        amounts = np.where(self.kind == Kind.FILL, self.pnl, self.amount)
        return np.flatnonzero(np.isin(self.kind, _MONEY) & (amounts != 0.0))


_MONEY = (Kind.FILL, Kind.FEE, Kind.FINANCING, Kind.TRANSFER)
_DTYPES = {
    "time": np.int64,
    "order": np.int64,
    "parent": np.int64,
    **dict.fromkeys(("kind", "instrument", "strategy", "role", "type", "reason", "currency"), np.int16),
}


class JournalWriter:
    """Gathers events and turns them into a `Journal`."""

    def __init__(self, instruments: tuple[str, ...], strategies: tuple[str, ...], currencies: tuple[str, ...]) -> None:
        self._names = (instruments, strategies, currencies)
        self._events: list[Event] = []
        self._extras: list[Mapping[str, float]] = []

    def append(self, event: Event, extras: Mapping[str, float] | None = None) -> None:
        """Record `event`; `extras` are the values a strategy reported with a decision."""
        self._events.append(event)
        if event.kind == Kind.DECISION:
            self._extras.append(extras or {})

    def journal(self) -> Journal:
        """Return what was recorded so far."""
        columns = zip(*self._events, strict=True) if self._events else ((),) * len(Event._fields)
        arrays: dict[str, Any] = {
            name: np.array(values, dtype=_DTYPES.get(name, np.float64))
            for name, values in zip(Event._fields, columns, strict=True)
        }
        names = dict.fromkeys(name for extras in self._extras for name in extras)
        extras = {name: np.array([row.get(name, np.nan) for row in self._extras]) for name in names}
        return Journal(*self._names, **arrays, extras=extras)
