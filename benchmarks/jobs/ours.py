"""The RSI bracket in our kernel: ``python -m benchmarks.jobs.ours FOLDER single|sweep|venue``."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.jobs.turn import COLUMNS, arrays, serve
from mbats.execution.costs import FREE, Commission, Costs
from mbats.execution.fills import FillRules
from mbats.features.indicators.sharing import shared_columns
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.rsi_bracket import RsiBracket

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.ledger.journal import Journal

HOUR = 3_600 * 10**9
RSI_PERIODS = tuple(range(12, 32, 2))
STOPS = tuple(np.linspace(0.6, 1.5, 10).tolist())


def main() -> None:
    """Serve one of the jobs."""
    columns = arrays(sys.argv[1])
    bars = bars_of(columns)
    if sys.argv[2] == "venue":
        serve(venue(quoted(bars, columns)))
    else:
        serve({"single": single, "sweep": sweep}[sys.argv[2]](bars))


def single(bars: Bars) -> Callable[[], int]:
    """Return the job under Backtrader's rules: indicators, simulation, trade records."""
    return lambda: _once(bars, FillRules.BACKTRADER, FREE)


def venue(bars: Bars) -> Callable[[], int]:
    """Return the same under the venue's rules, with spread, commission, slippage and markup."""
    costs = Costs("all", commission=Commission(fraction=2e-5), slippage_pips=0.1)
    return lambda: _once(bars, FillRules.VENUE, costs)


def sweep(bars: Bars) -> Callable[[], int]:
    """Return a sweep of 10 RSI periods by 10 stop distances, with the records of every trade."""

    def job() -> int:
        kernel, made = _kernel(bars, FillRules.BACKTRADER, FREE), 0
        with shared_columns():
            for period in RSI_PERIODS:
                for stop in STOPS:
                    share = _share(RsiBracket(rsi_period=period, stop_atr=stop))
                    made += trades(kernel.run([share], only_money=True))
        return made

    return job


def bars_of(columns: dict[str, Any]) -> Bars:
    """Return bars from the arrays of a job."""
    mid, time = Quotes(*(columns[name] for name in COLUMNS)), columns["time"]
    return Bars(fx_pair("EUR_USD"), Timeframe("H1"), time, time + HOUR, mid, np.zeros(len(time)))


def quoted(bars: Bars, columns: dict[str, Any]) -> Bars:
    """Return the bars with bid and ask."""
    sides = (Quotes(*(columns[name] + columns[side] for name in COLUMNS)) for side in ("bid", "ask"))
    return replace(bars, **dict(zip(("bid", "ask"), sides, strict=True)))


def trades(journal: Journal) -> int:
    """Make the records of trades (bars, side, prices, profit) as columns and return how many there are."""
    fills = journal.rows(Kind.FILL)
    fills = fills[: len(fills) // 2 * 2]
    entry, leaving = fills[::2], fills[1::2]
    records = (journal.time[entry], journal.time[leaving], journal.units[entry], journal.price[entry])
    records += (journal.price[leaving], journal.pnl[leaving])
    return len(records[0])


def _once(bars: Bars, fills: FillRules, costs: Costs) -> int:
    return trades(_kernel(bars, fills, costs).run([_share(RsiBracket())]))


def _kernel(bars: Bars, fills: FillRules, costs: Costs) -> Kernel:
    account = Account("USD", Decimal(1_000_000))
    return Kernel({"EUR_USD": bars}, account, Conversion("USD", {}), costs, fills)


def _share(strategy: RsiBracket) -> Allocation:
    return Allocation(strategy, ("EUR_USD",), FixedUnits(1_000))


if __name__ == "__main__":
    main()
