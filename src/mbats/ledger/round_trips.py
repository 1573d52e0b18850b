from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.ledger.attribution import UNATTRIBUTED, split_costs
from mbats.ledger.cost_split import CostSplit
from mbats.ledger.excursions import excursions
from mbats.ledger.netting import legs
from mbats.ledger.protection import Protection, protections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.ledger.account import Books
    from mbats.ledger.journal import Journal
    from mbats.ledger.netting import Leg
    from mbats.ledger.prices import Prices
    from mbats.market.columns import CodeColumn, FlagColumn, FloatColumn, IntColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Trades from flat to flat, one row each, ordered by entry; a fill that reverses ends one and begins the next.

    Money is in account currency unless said otherwise. The costs are above zero when paid, so that in every row
    ``gross - spread_cost - slippage_cost - commission - financing - conversion_cost == net``: exactly in `exact`, and
    up to a float's rounding in the columns.

    Attributes
    ----------
    currency
        The account's currency.
    instruments, strategies
        Names behind the codes.
    id
        From 1.
    side
        +1 long, -1 short.
    units
        Largest position held, unsigned.
    entry_time, exit_time
        Times of the first and the last fill; of a trip still open, the moment of its last mark.
    entry_price, exit_price
        Averages, weighted by units; of a trip still open, the exit is partly or wholly the liquidation price.
    entry_order
        Number of the order that opened it.
    exit_reason
        `mbats.execution.order.Role` of the last exit order; -1 while open.
    stop, target
        Protective prices sent with the entry; NaN without.
    pnl_quote
        Realised profit before fees in quote currency: the journal's bits, added up in order (and the mark of a trip
        still open).
    gross
        Profit at mid prices before any cost.
    commission, financing, spread_cost, slippage_cost, conversion_cost
        What was paid; financing received is below zero. The conversion cost is the difference to the mid rate.
    net
        What the account gained.
    bars_held
        Bars between the entry's and the exit's, 0 when both are in one bar.
    mfe, mae
        Best and worst excursion from the entry price, in price units, never negative; see `mbats.ledger.excursions`.
    mfe_money, mae_money
        The same for `units`, at the rate of the exit.
    open
        Whether the trip was still open at the end; it is marked at liquidation prices.
    exact
        `net` and the costs as decimals, one row each.
    unattributed
        Fees of the account that belong to no trip.
    """

    currency: str
    instruments: tuple[str, ...]
    strategies: tuple[str, ...]
    id: IntColumn
    instrument: CodeColumn
    strategy: CodeColumn
    side: CodeColumn
    units: FloatColumn
    entry_time: TimeColumn
    exit_time: TimeColumn
    entry_price: FloatColumn
    exit_price: FloatColumn
    entry_order: IntColumn
    exit_reason: CodeColumn
    stop: FloatColumn
    target: FloatColumn
    pnl_quote: FloatColumn
    gross: FloatColumn
    commission: FloatColumn
    financing: FloatColumn
    spread_cost: FloatColumn
    slippage_cost: FloatColumn
    conversion_cost: FloatColumn
    net: FloatColumn
    bars_held: IntColumn
    mfe: FloatColumn
    mae: FloatColumn
    mfe_money: FloatColumn
    mae_money: FloatColumn
    open: FlagColumn
    exact: tuple[CostSplit, ...]
    unattributed: CostSplit

    def __len__(self) -> int:
        return len(self.id)


def round_trips(journal: Journal, books: Books, prices: Prices, marks: int | None = None) -> RoundTrips:
    """Fold the fills of a journal into trades from flat to flat.

    Parameters
    ----------
    journal, books
        With the marks of open positions at the end (`mbats.ledger.liquidation.liquidated`) where there are any, and
        the cash flows of that same journal.
    prices
        The market, for excursions.
    marks
        Row of the first mark; None: there are none.
    """
    parts = legs(journal)
    trips = _Trips(journal, parts, len(journal) if marks is None else marks)
    splits = split_costs(journal, books, parts)
    exact = tuple(splits.get(trip, CostSplit()) for trip in range(len(trips)))
    return RoundTrips(
        currency=books.account.currency,
        instruments=journal.instruments,
        strategies=journal.strategies,
        **trips.columns(),
        **_money(exact),
        **trips.excursions(prices),
        exact=exact,
        unattributed=splits.get(UNATTRIBUTED, CostSplit()),
    )


class _Trips:
    """The legs of round trips as columns, reduced to one row a trip."""

    def __init__(self, journal: Journal, parts: Sequence[Leg], marks: int) -> None:
        self._journal, self._marks = journal, marks
        columns = zip(*parts, strict=True) if parts else ((),) * 5
        row, trip, units, held, closing = columns
        self._row, self._trip = np.array(row, dtype=np.int64), np.array(trip, dtype=np.int64)
        self._units, self._held = np.array(units, dtype=np.float64), np.array(held, dtype=np.float64)
        self._closing = np.array(closing, dtype=np.bool_)
        _, self._first = np.unique(self._trip, return_index=True)
        _, from_end = np.unique(self._trip[::-1], return_index=True)
        self._last = len(self._trip) - 1 - from_end
        self._entry, self._exit = self._row[self._first], self._row[self._last]
        self._side = np.sign(self._units[self._first]).astype(np.int16)

    def __len__(self) -> int:
        return len(self._entry)

    def columns(self) -> dict[str, Any]:
        journal, still_open = self._journal, self._exit >= self._marks
        protection = protections(journal)
        sent = [protection.get(order, Protection()) for order in journal.order[self._entry].tolist()]
        return {
            "id": np.arange(1, len(self) + 1),
            "instrument": journal.instrument[self._entry],
            "strategy": journal.strategy[self._entry],
            "side": self._side,
            "units": self._most_held(),
            "entry_time": journal.time[self._entry],
            "exit_time": journal.time[self._exit],
            "entry_price": self._average_price(self._first, ~self._closing),
            "exit_price": self._average_price(self._last, self._closing),
            "entry_order": journal.order[self._entry],
            "exit_reason": np.where(still_open, -1, journal.role[self._exit]).astype(np.int16),
            "stop": np.array([prices.stop for prices in sent], dtype=np.float64),
            "target": np.array([prices.target for prices in sent], dtype=np.float64),
            "pnl_quote": self._profit(),
            "open": still_open,
        }

    def excursions(self, prices: Prices) -> dict[str, Any]:
        first, end = self._bars(prices)
        mfe, mae = np.zeros(len(self)), np.zeros(len(self))
        entry, leaving = self._average_price(self._first, ~self._closing), self._journal.price[self._exit]
        code = self._journal.instrument[self._entry]
        for instrument, symbol in enumerate(self._journal.instruments):
            for side in (1, -1):
                chosen = np.flatnonzero((code == instrument) & (self._side == side))
                if len(chosen):
                    spans = first[chosen], end[chosen]
                    found = excursions(prices.sides(symbol), side, spans, entry[chosen], leaving[chosen])
                    mfe[chosen], mae[chosen] = found
        worth = self._most_held() * self._journal.rate[self._exit]
        held = end - first
        return {"bars_held": held, "mfe": mfe, "mae": mae, "mfe_money": mfe * worth, "mae_money": mae * worth}

    def _bars(self, prices: Prices) -> tuple[IntColumn, IntColumn]:
        first, end = np.zeros(len(self), dtype=np.int64), np.zeros(len(self), dtype=np.int64)
        code = self._journal.instrument[self._entry]
        for instrument in np.unique(code).tolist():
            chosen, bars = np.flatnonzero(code == instrument), prices.market[self._journal.instruments[instrument]]
            for rows, found in ((self._entry, first), (self._exit, end)):
                within = np.searchsorted(bars.time, self._journal.time[rows[chosen]], side="right") - 1
                found[chosen] = np.maximum(within, 0)
            end[chosen] += self._exit[chosen] >= self._marks
        return first, end

    def _most_held(self) -> FloatColumn:
        most = np.zeros(len(self))
        np.maximum.at(most, self._trip, np.abs(self._held))
        return most

    def _average_price(self, anchor: IntColumn, chosen: FlagColumn) -> FloatColumn:
        # Around one of the prices, so that the average of equal prices is that price to the last bit.
        around = self._journal.price[self._row[anchor]]
        trip, weight = self._trip[chosen], np.abs(self._units[chosen])
        distance = weight * (self._journal.price[self._row[chosen]] - around[trip])
        moved = np.bincount(trip, weights=distance, minlength=len(self))
        return around + moved / np.bincount(trip, weights=weight, minlength=len(self))

    def _profit(self) -> FloatColumn:
        # A fill's profit is made by its first leg; the second leg of a reversal opens the next trip.
        first = np.append(True, self._row[1:] != self._row[:-1]) if len(self._row) else np.zeros(0, dtype=np.bool_)
        profit = self._journal.pnl[self._row[first]]
        made = np.bincount(self._trip[first], weights=profit, minlength=len(self))
        return made.astype(np.float64, copy=False)


def _money(exact: Sequence[CostSplit]) -> dict[str, Any]:
    names = {
        "gross": "gross",
        "commission": "commission",
        "financing": "financing",
        "spread_cost": "spread",
        "slippage_cost": "slippage",
        "conversion_cost": "conversion",
        "net": "net",
    }
    return {
        column: np.array([float(getattr(split, name)) for split in exact], dtype=np.float64)
        for column, name in names.items()
    }
