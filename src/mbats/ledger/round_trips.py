from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.ledger.cost_split import CostSplit
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
        Bars from the entry's to the exit's.
    mfe, mae
        Best and worst excursion from the entry price, in price units, never negative; see `mbats.ledger.excursions`.
    mfe_money, mae_money
        The same for `units`, at the rate of the exit.
    open
        Whether the trip was still open at the end; it is marked at liquidation prices.
    exact
        `gross`, the costs and `net` as decimals, one row each.
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

    def __len__(self) -> int:
        return len(self.id)
