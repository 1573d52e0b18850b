"""Tidy pandas frames of a run: one row a thing, times in UTC, names instead of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import IntEnum

    from mbats.ledger.journal import Journal
    from mbats.market.bars import Bars, Quotes

_ORDER_EVENTS = (
    Kind.ORDER,
    Kind.REJECT,
    Kind.CANCEL,
    Kind.REPLACE,
    Kind.EXPIRY,
    Kind.TRIGGER,
    Kind.FILL,
    Kind.BLOCKED,
)


def bars_frame(bars: Bars) -> pd.DataFrame:
    """Return bars indexed by opening time, with ``bid_`` and ``ask_`` columns where there are quotes."""
    columns: dict[str, Any] = _side("", bars.mid) | {"volume": bars.volume}
    for name, quotes in (("bid_", bars.bid), ("ask_", bars.ask)):
        if quotes is not None:
            columns |= _side(name, quotes)
    return pd.DataFrame(columns, index=utc(bars.time).rename("time"))


def events_frame(journal: Journal, kinds: Sequence[Kind], columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of some kinds of event, with the named columns behind time, kind, instrument and strategy."""
    rows = np.flatnonzero(np.isin(journal.kind, kinds))
    named: dict[str, Any] = {
        "time": utc(journal.time[rows]),
        "kind": names(journal.kind[rows], Kind),
        "instrument": labels(journal.instrument[rows], journal.instruments),
        "strategy": labels(journal.strategy[rows], journal.strategies),
    }
    return pd.DataFrame(named | {column: _column(journal, column, rows) for column in columns})


def orders_frame(journal: Journal) -> pd.DataFrame:
    """Return every event in the life of every order."""
    columns = ("order", "parent", "role", "type", "reason", "units", "price", "stop", "target")
    return events_frame(journal, _ORDER_EVENTS, columns)


def fills_frame(journal: Journal) -> pd.DataFrame:
    """Return the fills, with the mid price and the slippage of each."""
    columns = ("order", "parent", "role", "units", "price", "mid", "slippage", "pnl", "currency", "rate")
    return events_frame(journal, (Kind.FILL,), columns).drop(columns="kind")


def decisions_frame(journal: Journal) -> pd.DataFrame:
    """Return the decisions and what the strategies reported with them."""
    frame = events_frame(journal, (Kind.DECISION,), ("units", "price", "stop", "target")).drop(columns="kind")
    return frame.assign(**journal.extras)


def utc(nanoseconds: Any) -> pd.DatetimeIndex:
    """Turn int64 nanoseconds into aware UTC times."""
    return pd.DatetimeIndex(pd.to_datetime(nanoseconds, utc=True))


def labels(codes: Any, table: Sequence[str]) -> list[str | None]:
    """Turn integer codes into names; -1 into None."""
    return [table[code] if code >= 0 else None for code in codes.tolist()]


def names(codes: Any, enumeration: type[IntEnum]) -> list[str]:
    """Turn integer codes into the lower-case names of an enumeration."""
    return [enumeration(code).name.lower() for code in codes.tolist()]


_ENUMERATIONS: dict[str, type[IntEnum]] = {"role": Role, "type": OrderType, "reason": Reason}


def _column(journal: Journal, column: str, rows: Any) -> Any:
    values = getattr(journal, column)[rows]
    if column in _ENUMERATIONS:
        return names(values, _ENUMERATIONS[column])
    return labels(values, journal.currencies) if column == "currency" else values


def _side(prefix: str, quotes: Quotes) -> dict[str, Any]:
    return {f"{prefix}{field}": getattr(quotes, field) for field in ("open", "high", "low", "close")}
