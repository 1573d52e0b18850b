"""How much of the time and how often an account trades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.ledger.journal import Kind
from mbats.ledger.trading_days import union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.ledger.journal import Journal
    from mbats.ledger.round_trips import RoundTrips
    from mbats.market.bars import Bars


def traded_value(journal: Journal) -> float:
    """Return ``sum(|units| * price * rate)`` of all fills, in account currency."""
    fills = journal.rows(Kind.FILL)
    rate = np.nan_to_num(journal.rate[fills], nan=1.0)
    return float(np.sum(np.abs(journal.units[fills]) * journal.price[fills] * rate))


def time_in_market(trips: RoundTrips, market: Iterable[Bars]) -> float | None:
    """Return the share of bars during which any position was open, the bar of its exit included; None without bars.

    Bars, not hours, so that nights and weekends without trading count for nothing.
    """
    opens = union(bars.time for bars in market)
    first = np.searchsorted(opens, trips.entry_time, side="right") - 1
    after = np.searchsorted(opens, trips.exit_time, side="right")
    entered = np.bincount(np.maximum(first, 0), minlength=len(opens) + 1)
    left = np.bincount(after, minlength=len(opens) + 1)
    return float(np.mean(np.cumsum(entered - left)[:-1] > 0)) if len(opens) else None
