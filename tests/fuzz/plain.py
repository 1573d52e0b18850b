"""The RSI bracket in our simulator beside a plain Backtrader script of the same parameters."""

from __future__ import annotations

import datetime

import numpy as np

from fuzz.comparison import Difference, outcome
from mbats.errors.strategy import StrategyFailed
from mbats.ledger.journal import Journal, Kind
from parity.plain_backtrader import run_plain


def difference_to_plain(case, simulator) -> Difference | None:
    """Compare fills (bar, units, price, commission), profits and refusals with a plain script's, bit for bit."""
    ours = outcome(case, simulator)
    try:
        plain = run_plain(
            {symbol: columns(bars) for symbol, bars in case.market.items()},
            float(case.account.cash),
            case.costs.commission.fraction,
            **_parameters(case.allocations[0].strategy),
        )
    except ZeroDivisionError:
        alike = isinstance(ours, StrategyFailed) and "ZeroDivisionError" in str(ours)
        return None if alike else Difference("division", f"the plain script divided by zero; we: {ours!r:.300}")
    if not isinstance(ours, Journal):
        return Difference(type(ours).__name__, f"we: {ours!r}; the plain script ended well")
    for what, mine, theirs in _compared(case, ours, plain):
        if mine != theirs:
            return Difference(f"plain: {what}", _story(what, mine, theirs))
    return None


def columns(bars):
    """Return what `plain_backtrader.RowFeed` reads."""
    times = [datetime.datetime.fromtimestamp(int(time) / 1e9, datetime.UTC).replace(tzinfo=None) for time in bars.time]
    return [times, *(column.tolist() for column in (bars.open, bars.high, bars.low, bars.close))]


def _parameters(strategy):
    return dict(strategy)


def _compared(case, journal, plain):
    fills, fees = journal.rows(Kind.FILL), journal.rows(Kind.FEE)
    yield "fills (symbol, bar, units, price)", _fills(case, journal, fills), [fill[:4] for fill in plain.fills]
    closing = [row for row in fills if journal.role[row] != 0]
    yield "profits", journal.pnl[closing].tolist(), [trade[2] for trade in plain.trades]
    yield "commissions", (-journal.amount[fees]).tolist(), [fill[4] for fill in plain.fills if fill[4]]
    yield "refused orders", len(journal.rows(Kind.REJECT)), plain.rejected


def _fills(case, journal, rows):
    symbols = [journal.instruments[code] for code in journal.instrument[rows]]
    return [
        (symbol, int(np.searchsorted(case.market[symbol].time, time)), units, price)
        for symbol, time, units, price in zip(
            symbols, journal.time[rows], journal.units[rows].tolist(), journal.price[rows].tolist(), strict=True
        )
    ]


def _story(what, mine, theirs):
    if not isinstance(mine, list):
        return f"{what}: {mine}, the plain script {theirs}"
    pairs = zip(mine, theirs, strict=False)
    at = next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(mine), len(theirs)))
    parted = f"{mine[at : at + 1]} and {theirs[at : at + 1]}"
    return f"{what}: {len(mine)} and {len(theirs)}; the first that differs is {at}: {parted}"
