"""Bars to try a strategy on: some of what the securities master holds, or of the reference market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.strategy import NothingToCheckOn, NothingTogether
from mbats.market.reference.generator import coverage, generate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mbats.market.bars import Bars
    from mbats.market.reference.fixings import Fixings
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.repository import Holding, SecurityMaster

_ROWS = 20_000
_GENERATED = 4_000
_SPARSE = 2
_USUAL = ("EUR_USD", "GBP_USD", "USD_JPY")
_NANOSECONDS = 10**9


def stored_bars(
    master: SecurityMaster,
    symbols: Sequence[str],
    timeframe: Timeframe,
    count: int,
    *,
    vendor: str | None = None,
    together: bool = False,
) -> dict[str, Bars] | None:
    """Return the latest bars of `symbols`, or of the first `count` instruments held; None if the master is empty.

    One vendor's bars are taken for all symbols where one has them all: the one with the longest time in common.

    Parameters
    ----------
    together
        The symbols are to be seen at the same time, so they must have some in common, and its latest part is read.

    Raises
    ------
    NothingToCheckOn
        The master has bars, but not these; names those it has.
    NothingTogether
        The symbols have no time in common.
    """
    holdings = master.holdings()
    if not holdings:
        return None
    fitting = [held for held in holdings if held.key.timeframe == str(timeframe) and vendor in {None, held.key.vendor}]
    chosen = _of_one_vendor(fitting, symbols, count) or _longest(fitting, symbols)
    if not chosen:
        asked = (", ".join(symbols) or "any instrument") + (f" of vendor {vendor}" if vendor else "")
        raise NothingToCheckOn(timeframe=timeframe, symbols=asked, held="; ".join(str(held.key) for held in holdings))
    if together and _in_common(chosen) < 0:
        ranges = "; ".join(f"{held.key}: {held.first:%Y-%m-%d %H:%M} to {held.last:%Y-%m-%d %H:%M}" for held in chosen)
        raise NothingTogether(ranges=ranges)
    last = min(held.last for held in chosen) if together else None
    return {held.key.symbol: _latest(master, held, timeframe, _nanoseconds(last or held.last)) for held in chosen}


def reference_bars(fixings: Fixings, symbols: Sequence[str], timeframe: Timeframe, count: int) -> dict[str, Bars]:
    """Return the latest bars of the generated market, about as many as a check needs."""
    first, last = coverage(fixings)
    start = max(first, last - _GENERATED * timeframe.nanoseconds)
    return generate(fixings, symbols or _USUAL[:count], timeframe, start, last)


def _of_one_vendor(holdings: Sequence[Holding], symbols: Sequence[str], count: int) -> list[Holding]:
    """Return what one vendor has of `symbols`, all in one alignment; nothing where none has them all."""
    offers: dict[tuple[str, str], dict[str, Holding]] = {}
    for held in holdings:
        offers.setdefault((held.key.vendor, held.key.alignment), {})[held.key.symbol] = held
    wanted = [[own.get(symbol) for symbol in symbols or sorted(own)[:count]] for own in offers.values()]
    whole = [found for row in wanted if len(found := [held for held in row if held]) == len(row)]
    return max(whole, key=lambda offer: (len(offer), _in_common(offer)), default=[])


def _longest(holdings: Sequence[Holding], symbols: Sequence[str]) -> list[Holding]:
    """Return the longest set of bars of each symbol; nothing where one has none."""
    by_symbol = {held.key.symbol: held for held in sorted(holdings, key=lambda held: held.rows)}
    return [by_symbol[symbol] for symbol in symbols] if set(symbols) <= by_symbol.keys() else []


def _in_common(holdings: Sequence[Holding]) -> float:
    """Return for how many seconds all are there, below zero where they never are."""
    return (min(held.last for held in holdings) - max(held.first for held in holdings)).total_seconds()


def _latest(master: SecurityMaster, holding: Holding, timeframe: Timeframe, last: int) -> Bars:
    """Read a little more than is needed, since nights and weekends have no bars."""
    bars = master.bars(holding.key, start=last - _SPARSE * _ROWS * timeframe.nanoseconds, end=last + 1)
    return bars.rows(max(len(bars) - _ROWS, 0), len(bars))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * _NANOSECONDS
