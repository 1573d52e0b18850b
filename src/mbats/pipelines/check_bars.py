"""Bars to try a strategy on: some of what the securities master holds, or of the reference market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.strategy import NothingToCheckOn
from mbats.market.reference.generator import coverage, generate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbats.market.bars import Bars
    from mbats.market.reference.fixings import Fixings
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.repository import Holding, SecurityMaster

_ROWS = 20_000
_GENERATED = 4_000
_SPARSE = 2
_USUAL = ("EUR_USD", "GBP_USD", "USD_JPY")


def stored_bars(
    master: SecurityMaster, symbols: Sequence[str], timeframe: Timeframe, count: int
) -> dict[str, Bars] | None:
    """Return the latest bars of `symbols`, or of the first `count` instruments held; None if the master is empty.

    Raises
    ------
    NothingToCheckOn
        The master has bars, but not these; names those it has.
    """
    holdings = master.holdings()
    if not holdings:
        return None
    held = _longest(holding for holding in holdings if holding.key.timeframe == str(timeframe))
    wanted = symbols or sorted(held)[:count]
    if not wanted or not set(wanted) <= held.keys():
        known = ", ".join(sorted({f"{holding.key.symbol} {holding.key.timeframe}" for holding in holdings}))
        raise NothingToCheckOn(timeframe=timeframe, symbols=", ".join(symbols) or "any instrument", held=known)
    return {symbol: _latest(master, held[symbol], timeframe) for symbol in wanted}


def reference_bars(fixings: Fixings, symbols: Sequence[str], timeframe: Timeframe, count: int) -> dict[str, Bars]:
    """Return the latest bars of the generated market, about as many as a check needs."""
    first, last = coverage(fixings)
    start = max(first, last - _GENERATED * timeframe.nanoseconds)
    return generate(fixings, symbols or _USUAL[:count], timeframe, start, last)


def _longest(holdings: Iterable[Holding]) -> dict[str, Holding]:
    return {holding.key.symbol: holding for holding in sorted(holdings, key=lambda holding: holding.rows)}


def _latest(master: SecurityMaster, holding: Holding, timeframe: Timeframe) -> Bars:
    """Read a little more than is needed, since nights and weekends have no bars."""
    start = int(holding.last.timestamp()) * 10**9 - _SPARSE * _ROWS * timeframe.nanoseconds
    bars = master.bars(holding.key, start=start)
    return bars.rows(max(len(bars) - _ROWS, 0), len(bars))
