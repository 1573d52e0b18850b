"""What a run reads: a snapshot, made of the master's bars where none is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.errors.data import NoBars
from mbats.market.conversion import required
from mbats.pipelines.holdings import available
from mbats.pipelines.market_data import MarketData, read
from mbats.pipelines.snapshot import snapshot
from mbats.secmaster.moments import span
from mbats.secmaster.snapshot import Snapshot, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.timeframe import Alignment
    from mbats.secmaster.repository import SecurityMaster
    from mbats.settings import Settings


@dataclass(frozen=True, slots=True)
class Selection:
    """Which bars of which time, and which series with them; `snapshot` is an id or its beginning, None: the master."""

    timeframe: str = "H1"
    start: str | None = None
    end: str | None = None
    vendor: str | None = None
    snapshot: str | None = None
    alignment: Alignment | None = None
    series: tuple[str, ...] = ()


def market_data(settings: Settings, symbols: Sequence[str], home: str, selection: Selection) -> MarketData:
    """Return bars of `symbols` and of the pairs that convert their money to `home`, frozen in a snapshot."""
    return read(opened(settings, symbols, home, selection), *span(selection.start, selection.end))


def freeze(settings: Settings, symbols: Sequence[str], home: str, selection: Selection) -> Snapshot:
    """Freeze the bars in the master that a run of `symbols` in a `home` account needs.

    Content-addressed: the same bars give the same snapshot and are stored once.
    """
    start, end = span(selection.start, selection.end)
    master = wiring.security_master(settings)
    return snapshot(
        master,
        wiring.object_store(settings),
        [*symbols, *_converting(master, symbols, home, selection)],
        selection.timeframe,
        start=start,
        end=end,
        vendor=selection.vendor,
        alignment=selection.alignment,
        series=selection.series,
    )


def opened(settings: Settings, symbols: Sequence[str], home: str, selection: Selection) -> Snapshot:
    """Return the snapshot that was named, which must hold `symbols`, or a new one of what the selection means."""
    if not selection.snapshot:
        return freeze(settings, symbols, home, selection)
    frozen = open_snapshot(wiring.object_store(settings), selection.snapshot)
    _hold(frozen, symbols)
    return frozen


def _hold(frozen: Snapshot, symbols: Sequence[str]) -> None:
    absent = [symbol for symbol in symbols if symbol not in frozen.symbols]
    if absent:
        where, known = f"in snapshot {frozen.id[:12]}", ", ".join(frozen.symbols)
        raise NoBars(symbol=", ".join(absent), timeframe="", where=where, known=known)


def _converting(master: SecurityMaster, symbols: Sequence[str], home: str, selection: Selection) -> list[str]:
    """Return the pairs beside `symbols` whose rates turn the quote currencies into `home`."""
    instruments = master.instruments()
    quotes = {instruments[symbol].quote for symbol in symbols if symbol in instruments}
    pairs = available(master, selection.timeframe, selection.vendor, selection.alignment)
    return [symbol for symbol in required(home, quotes, pairs) if symbol not in symbols]
