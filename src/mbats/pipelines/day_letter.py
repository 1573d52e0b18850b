"""What a session tells its owner after a trading day: what it earned, paid, should have earned, and will be charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mbats.execution.financing import charge
from mbats.market.calendar import rollovers
from mbats.market.conversion import Conversion
from mbats.market.local_time import DAY, NEW_YORK, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from mbats.execution.financing import FinancingRates
    from mbats.ledger.run import RunResult
    from mbats.market.bars import Bars
    from mbats.pipelines.explanation.explanation import Explanation

_LONGEST_CLOSE = 5 * DAY
_COSTS = ("spread_cost", "slippage_cost", "commission", "financing", "conversion_cost")
_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Due:
    """What holding a position over the next day's end will cost: below zero is paid; None where no rate is known."""

    instrument: str
    units: Decimal
    time: int
    amount: float | None


def financing_due(
    units: Mapping[str, Decimal], bars: Mapping[str, Bars], rates: FinancingRates, currency: str, now: int
) -> list[Due]:
    """Return what positions are charged next, at the last mid prices, in account currency before any markup.

    Parameters
    ----------
    units
        Signed, by instrument.
    bars
        Of these instruments and of the pairs that convert their money.
    now
        Nanoseconds UTC.
    """
    time, conversion = int(rollovers(now, now + _LONGEST_CLOSE)[0]), Conversion(currency, bars)
    day = _in_new_york(time).date()
    found = []
    for symbol, held in units.items():
        table, rate, amount = bars[symbol], rates.rates_at(symbol, time), None
        if rate:
            days = rates.days(table.instrument, day)
            amount = charge(float(held), float(table.close[-1]), *rate, days)
            amount *= conversion.rate(table.instrument.quote, int(table.known_at[-1]))
        found.append(Due(symbol, held, time, amount))
    return found


def letter(run: RunResult, explanation: Explanation, due: Sequence[Due]) -> str:
    """Write the letter about the last whole trading day of a run."""
    return "\n".join([*_earned(run), *_explained(explanation), *_charged(due, run.trips.currency)])


def _earned(run: RunResult) -> list[str]:
    equity, trips = run.equity, run.trips
    before = float(equity.nav[-2]) if len(equity) > 1 else equity.cash
    began = int(equity.time[-2]) if len(equity) > 1 else equity.start
    today = ~trips.open & (trips.exit_time > began) & (trips.exit_time <= equity.time[-1])
    paid = sum(float(getattr(trips, name)[today].sum()) for name in _COSTS)
    figures, currency = run.performance, run.trips.currency
    return [
        f"{_in_new_york(int(equity.time[-1])):%A %d %B %Y}: "
        f"{equity.nav[-1] - before - equity.transfer[-1]:+,.2f} {currency}, net asset value {equity.nav[-1]:,.2f}.",
        f"Closed: {int(today.sum())} trades, gross {trips.gross[today].sum():+,.2f}, costs {paid:,.2f}, "
        f"net {trips.net[today].sum():+,.2f}.",
        f"Since the start: net {figures.net_profit:+,.2f} = gross {figures.gross_profit:+,.2f} less costs "
        f"{figures.costs:,.2f}, {figures.trades} trades closed, {figures.open_trades} open.",
    ]


def _explained(found: Explanation) -> list[str]:
    parts = ", ".join(f"{cause} {amount:+,.2f}" for cause, amount in found.parts.items() if abs(amount) >= _CENT)
    return [
        f"The backtest of what it saw: {found.expected:+,.2f}. Difference: {parts or 'none'}; "
        f"unexplained {abs(found.unexplained):,.2f}."
    ]


def _charged(due: Sequence[Due], currency: str) -> list[str]:
    if not due:
        return ["Nothing is open: no financing is due."]
    when = f"{_in_new_york(due[0].time):%A %H:%M} New York"
    told = [
        f"{one.instrument} {one.units:+,.0f}: "
        + ("unknown" if one.amount is None else f"{round(one.amount, 2) + 0.0:+,.2f} {currency}")
        for one in due
    ]
    return [f"Financing due on {when}: {', '.join(told)}."]


def _in_new_york(time: int) -> datetime:
    return moment(time).astimezone(ZoneInfo(NEW_YORK))
