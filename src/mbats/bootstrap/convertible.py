"""Snapshots for accounts in a currency that nobody thought of when they were frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.errors.market import MissingRate
from mbats.market.conversion import required
from mbats.pipelines.holdings import available
from mbats.pipelines.snapshot import snapshot
from mbats.secmaster.snapshot import Snapshot, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbats.settings import Settings


def convertible(settings: Settings, frozen: Snapshot, symbols: Sequence[str], home: str) -> Snapshot:
    """Return `frozen` if it converts the money of `symbols` to `home`; else its very tables with the master's pairs.

    The traded bars stay bit for bit what they were, even where the master has revised them since.

    Raises
    ------
    MissingRate
        Neither the snapshot nor the master connects the currencies.
    """
    market = frozen.market()
    quotes = {market[symbol].instrument.quote for symbol in symbols}
    return frozen if _connects(market, quotes, home) else _with_pairs(settings, frozen, quotes, home)


def _connects(market: Iterable[str], quotes: set[str], home: str) -> bool:
    try:
        required(home, quotes, market)
    except MissingRate:
        return False
    return True


def _with_pairs(settings: Settings, frozen: Snapshot, quotes: set[str], home: str) -> Snapshot:
    master, store, market = wiring.security_master(settings), wiring.object_store(settings), frozen.market()
    first, *others = market.values()
    vendor = first.vendor if all(bars.vendor == first.vendor for bars in others) else None
    held = available(master, str(first.timeframe), vendor, first.alignment)
    pairs = required(home, quotes, dict.fromkeys([*market, *held]))
    added = snapshot(
        master,
        store,
        [pair for pair in pairs if pair not in market],
        str(first.timeframe),
        start=min(int(bars.time[0]) for bars in market.values()),
        end=max(int(bars.time[-1]) for bars in market.values()) + 1,
        vendor=vendor,
        alignment=first.alignment,
    )
    series = {name: part.series(name) for part in (frozen, added) for name in part.series_names}
    return take(store, market | added.market(), series)
