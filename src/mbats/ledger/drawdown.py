from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mbats.ledger.equity import Equity
    from mbats.market.columns import FloatColumn, TimeColumn

_DAY = 86_400e9
_ROUNDING = 1e-12


class Drawdown(NamedTuple):
    """How far and how long an account was below its peak.

    `depth` is a fraction of the peak, `money` in account currency, both above zero; `days` is the longest time from a
    peak to its recovery (or the end), and `underwater` how long the account has now been below its peak.
    """

    depth: float
    money: float
    days: float
    underwater: float


def drawdown(equity: Equity) -> Drawdown | None:
    """Return the maximum drawdown of an account by its daily values, its start included; None without any day.

    Depth comes from the time-weighted wealth and money from the net asset value less transfers, so that neither a
    deposit nor a withdrawal looks like profit or loss.
    """
    if not len(equity):
        return None
    time = np.append(equity.start, equity.time)
    wealth = equity.wealth
    earned = np.append(equity.cash, equity.nav - np.cumsum(equity.transfer))
    depths, below = underwater(wealth), _time_below(wealth, time)
    money = float(np.max(np.maximum.accumulate(earned) - earned))
    now = float(below[-1]) if depths[-1] < -_ROUNDING else 0.0
    return Drawdown(abs(float(np.min(depths))), money, float(np.max(below)) / _DAY, now / _DAY)


def underwater(wealth: FloatColumn) -> FloatColumn:
    """Return how far each value lies below the peak so far: 0 at a peak, -0.1 ten percent below it."""
    return wealth / np.maximum.accumulate(wealth) - 1.0


def _time_below(wealth: FloatColumn, time: TimeColumn) -> TimeColumn:
    """Return the time since the last peak; on the row that recovers, since the peak before."""
    at_peak = wealth >= np.maximum.accumulate(wealth) * (1 - _ROUNDING)
    peak = np.maximum.accumulate(np.where(at_peak, np.arange(len(wealth)), 0))
    recovered = np.append(False, at_peak[1:] & ~at_peak[:-1])
    since = np.where(recovered, np.append(0, peak[:-1]), peak)
    return time - time[since]
