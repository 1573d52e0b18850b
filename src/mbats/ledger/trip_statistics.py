"""What round trips say about a strategy; each figure None where there is nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from mbats.ledger.ratios import quality_number

if TYPE_CHECKING:
    from mbats.ledger.round_trips import RoundTrips
    from mbats.market.columns import FlagColumn, FloatColumn


class TripStatistics(TypedDict):
    """Figures of `mbats.ledger.performance.Performance` that closed round trips decide, by their net profit."""

    trades: int
    open_trades: int
    winners: int
    losers: int
    win_rate: float | None
    average_win: float | None
    average_loss: float | None
    payoff_ratio: float | None
    profit_factor: float | None
    expectancy: float | None
    gross_expectancy: float | None
    best_trade: float | None
    worst_trade: float | None
    longest_winning_streak: int
    longest_losing_streak: int
    average_bars_held: float | None
    sqn: float | None


def trip_statistics(trips: RoundTrips) -> TripStatistics:
    """Return the statistics of the round trips that are closed; a trip that gained nothing is neither won nor lost."""
    closed = np.flatnonzero(~trips.open)
    in_order = closed[np.argsort(trips.exit_time[closed], kind="stable")]
    net = trips.net[in_order]
    won, lost = net[net > 0], -net[net < 0]
    return TripStatistics(
        trades=len(net),
        open_trades=int(np.count_nonzero(trips.open)),
        winners=len(won),
        losers=len(lost),
        win_rate=ratio(len(won), len(net)),
        average_win=mean(won),
        average_loss=mean(lost),
        payoff_ratio=ratio(mean(won), mean(lost)),
        profit_factor=ratio(float(np.sum(won)), float(np.sum(lost))),
        expectancy=mean(net),
        gross_expectancy=mean(trips.gross[in_order]),
        best_trade=float(np.max(net)) if len(net) else None,
        worst_trade=float(np.min(net)) if len(net) else None,
        longest_winning_streak=longest_streak(net > 0),
        longest_losing_streak=longest_streak(net < 0),
        average_bars_held=mean(trips.bars_held[in_order].astype(np.float64)),
        sqn=quality_number(net),
    )


def mean(values: FloatColumn) -> float | None:
    """Return the mean; None of nothing."""
    return float(np.mean(values)) if len(values) else None


def ratio(above: float | None, below: float | None) -> float | None:
    """Return ``above / below``; None where either is missing or the divisor is zero."""
    return above / below if above is not None and below else None


def longest_streak(flags: FlagColumn) -> int:
    """Return the length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))
