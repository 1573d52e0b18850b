from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.ledger.journal import Journal
    from mbats.market.columns import CodeColumn, FlagColumn, FloatColumn, IntColumn, TimeColumn

DUST = 1e-9
"""Units below this are the rounding of sums of fractional lots: the position is flat."""


@dataclass(frozen=True, slots=True)
class Positions:
    """The net position of a strategy in an instrument after each fill, one row a fill, in the journal's order.

    Attributes
    ----------
    instruments, strategies
        Names behind the codes.
    row
        Row of the fill in the journal.
    units
        Signed net units after the fill.
    price
        Average price of what is held: what was paid for it, less what the journal says was realised; NaN when flat.
    """

    instruments: tuple[str, ...]
    strategies: tuple[str, ...]
    row: IntColumn
    time: TimeColumn
    instrument: CodeColumn
    strategy: CodeColumn
    units: FloatColumn
    price: FloatColumn

    def __len__(self) -> int:
        return len(self.row)

    def books(self) -> Iterator[tuple[int, int, IntColumn]]:
        """Yield each instrument and strategy that ever had a position, with its rows here, ascending."""
        pairs = self.instrument.astype(np.int64) << 16 | self.strategy.astype(np.int64) & 0xFFFF
        for pair in np.unique(pairs):
            rows = np.flatnonzero(pairs == pair)
            yield int(self.instrument[rows[0]]), int(self.strategy[rows[0]]), rows


def positions(journal: Journal) -> Positions:
    """Net the fills of a journal, whatever rule (average price, first in first out) made their profits.

    Average price = (money paid so far - money received - profit realised) / units, counted from the last flat moment.
    """
    fills = journal.rows(Kind.FILL)
    time, instrument, strategy = journal.time[fills], journal.instrument[fills], journal.strategy[fills]
    empty = np.full(len(fills), np.nan)
    netted = Positions(journal.instruments, journal.strategies, fills, time, instrument, strategy, empty, empty.copy())
    for _, _, rows in netted.books():
        chosen = fills[rows]
        units, price = _net(journal.units[chosen], journal.price[chosen], journal.pnl[chosen])
        netted.units[rows], netted.price[rows] = units, price
    return netted


def _net(units: FloatColumn, price: FloatColumn, pnl: FloatColumn) -> tuple[FloatColumn, FloatColumn]:
    held = np.cumsum(units)
    held[np.abs(held) < DUST] = 0.0
    flat = held == 0.0
    invested = _since(np.cumsum(units * price + pnl), flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        return held, np.where(flat, np.nan, invested / held)


def _since(running: FloatColumn, flat: FlagColumn) -> FloatColumn:
    """Return a running sum counted anew after each flat row."""
    last_flat = np.maximum.accumulate(np.where(flat, np.arange(len(flat)), -1))
    before: FloatColumn = np.append(0.0, running)[last_flat + 1]
    return running - before
