"""The RSI bracket in our kernel: ``python -m benchmarks.jobs.ours FOLDER single|sweep|venue``."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.jobs.turn import COLUMNS, arrays, serve
from mbats.compiled import compiled
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
_FILL = int(Kind.FILL)
_REALS = ("units", "entry", "exit", "profit")
_TRADE = np.dtype([("entered", np.int64), ("left", np.int64), *((name, np.float64) for name in _REALS)])
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
    """Make the records of trades (bars, side, prices, profit) and return how many there are."""
    columns = journal.time, journal.units, journal.price, journal.pnl
    return len(_records(journal.kind, columns, np.empty(len(journal) // 2 + 1, _TRADE)))


@compiled
def _records(kind: Any, columns: tuple[Any, ...], records: Any) -> Any:
    time, units, price, pnl = columns
    fills = 0
    for row in range(len(kind)):
        if kind[row] == _FILL:
            trade = records[fills // 2]
            if fills % 2 == 0:
                trade.entered, trade.units, trade.entry = time[row], units[row], price[row]
            else:
                trade.left, trade.exit, trade.profit = time[row], price[row], pnl[row]
            fills += 1
    return records[: fills // 2]


def _once(bars: Bars, fills: FillRules, costs: Costs) -> int:
    return trades(_kernel(bars, fills, costs).run([_share(RsiBracket())]))


def _kernel(bars: Bars, fills: FillRules, costs: Costs) -> Kernel:
    account = Account("USD", Decimal(1_000_000))
    return Kernel({"EUR_USD": bars}, account, Conversion("USD", {}), costs, fills)


def _share(strategy: RsiBracket) -> Allocation:
    return Allocation(strategy, ("EUR_USD",), FixedUnits(1_000))


if __name__ == "__main__":
    main()
