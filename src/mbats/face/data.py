from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.research import Selection, freeze
from mbats.face.frames import bars_frame
from mbats.market.reference.notice import NOTICE, VENDOR
from mbats.market.timeframe import Timeframe
from mbats.pipelines.market_data import MarketData, read
from mbats.pipelines.reference_market import import_reference_market
from mbats.secmaster.moments import instant
from mbats.secmaster.snapshot import open_snapshot
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from mbats.market.bars import Bars
    from mbats.secmaster.snapshot import Snapshot


class Instrument:
    """The bars of one instrument in a snapshot."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars

    @property
    def frame(self) -> pd.DataFrame:
        """Bars indexed by opening time in UTC; ``bid_`` and ``ask_`` columns where there are quotes."""
        return bars_frame(self.bars)

    def __len__(self) -> int:
        return len(self.bars)


class Data:
    """A snapshot: ``data.id`` names it for ever, ``data["EUR_USD"].frame`` shows it.

    `symbols` are those that were asked for; pairs that only convert their money are there as well.
    """

    def __init__(self, snapshot: Snapshot, symbols: Sequence[str] = ()) -> None:
        self._snapshot = snapshot
        self.id = snapshot.id
        self.symbols = tuple(symbols) or snapshot.symbols

    @cached_property
    def market(self) -> MarketData:
        """What a simulation reads."""
        return read(self._snapshot)

    def __getitem__(self, symbol: str) -> Instrument:
        return Instrument(self.market.bars[symbol])

    def __iter__(self) -> Iterator[str]:
        return iter(self.symbols)

    def __len__(self) -> int:
        return len(self.symbols)

    def __repr__(self) -> str:
        synthetic = f" {NOTICE}" if self._snapshot.synthetic else ""
        return f"<Data {self.id[:12]}: {', '.join(self.symbols)}, {self._snapshot.rows:,} bars>{synthetic}"


def snapshot(
    symbols: Sequence[str] | str,
    timeframe: str = "H1",
    start: str | None = None,
    end: str | None = None,
    *,
    vendor: str | None = None,
    home: str = "USD",
) -> Data:
    """Freeze bars of the securities master, or open a snapshot by the beginning of its id.

    Parameters
    ----------
    symbols
        Instruments, or the id of a snapshot.
    start, end
        ``2010``, ``2010-06`` or ``2010-06-20T17:00Z``: bars that open in ``[start, end)``.
    home
        Currency of the account that is to trade them: pairs that convert to it are frozen along.
    """
    settings = Settings.from_environment()
    if isinstance(symbols, str):
        return Data(open_snapshot(wiring.object_store(settings), symbols))
    frozen = freeze(settings, symbols, home, Selection(timeframe, start, end, vendor))
    return Data(frozen, symbols)


def reference_market(
    symbols: Sequence[str], timeframe: str = "H1", start: str = "2024", end: str = "2026", *, home: str = "USD"
) -> Data:
    """Generate, store and freeze bars of the reference market: no vendor needed, and every profit luck or a bug."""
    settings = Settings.from_environment()
    master = wiring.security_master(settings)
    import_reference_market(
        master, wiring.fixings(), symbols, Timeframe(timeframe), start=instant(start), end=instant(end)
    )
    return snapshot(symbols, timeframe, start, end, vendor=VENDOR, home=home)
