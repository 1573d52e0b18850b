from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.convertible import convertible
from mbats.bootstrap.research import Selection, freeze
from mbats.errors.data import NoBars
from mbats.face.frames import bars_frame
from mbats.face.moments import words
from mbats.market.planted import SEED, SIGNAL
from mbats.market.planted import VENDOR as PLANTED
from mbats.market.reference.notice import NOTICE, VENDOR
from mbats.market.timeframe import Alignment, Timeframe
from mbats.pipelines.market_data import MarketData, read
from mbats.pipelines.planted_market import import_planted_market
from mbats.pipelines.reference_market import import_reference_market
from mbats.secmaster.moments import instant
from mbats.secmaster.snapshot import open_snapshot
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from mbats.execution.costs import Costs
    from mbats.face.moments import Moment
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

    @property
    def frozen(self) -> Snapshot:
        """The snapshot itself."""
        return self._snapshot

    @cached_property
    def market(self) -> MarketData:
        """What a simulation reads."""
        return read(self._snapshot)

    def convertible_to(self, currency: str, start: int | None = None, end: int | None = None) -> MarketData:
        """Return what a run in an account of `currency` reads: pairs that are missing come from the master.

        Bars open in ``[start, end)``, nanoseconds UTC; None is an open end.
        """
        enough = convertible(Settings.from_environment(), self._snapshot, self.symbols, currency)
        whole = enough.id == self.id and start is None and end is None
        return self.market if whole else read(enough, start, end)

    def features(self, *names: str) -> pd.DataFrame:
        """Return features of every bar, made of what was known at its close; sets and single ones, else ``default``.

        Raises
        ------
        mbats.errors.feature.UnknownFeature, FeatureDataMissing
        """
        from mbats.face.learning import features

        return features(self.frozen, self.market, self.symbols, names or ("default",))

    def labels(self, label: str = "sign:12", costs: str | Costs = "oanda-us") -> pd.DataFrame:
        """Return what came after every bar: `value` to predict, `outcome` as a return, and from `start` to `end`.

        Until `end` nobody knew: no training may use a row before. Where there is no label yet, `value` is NaN.
        """
        from mbats.face.learning import labels

        return labels(self.market, self.symbols, label, costs)

    def __getitem__(self, symbol: str) -> Instrument:
        if symbol not in self._snapshot.symbols:
            known = ", ".join(self._snapshot.symbols)
            raise NoBars(symbol=symbol, timeframe="", where=f"in snapshot {self.id[:12]}", known=known)
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
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    vendor: str | None = None,
    alignment: str | None = None,
    home: str = "USD",
) -> Data:
    """Freeze bars of the securities master, or open a snapshot by the beginning of its id.

    Parameters
    ----------
    symbols
        Instruments, or the id of a snapshot.
    start, end
        Bars that open in ``[start, end)``: a year, a date, a time (UTC without a zone), or text such as ``2010``,
        ``2010-06`` and ``2010-06-20T17:00Z``.
    vendor, alignment
        Which bars, where the master has several sets; a day begins at ``ny17``, ``utc`` or ``session``.
    home
        Currency of the account that is to trade them: pairs that convert to it are frozen along.
    """
    settings = Settings.from_environment()
    if isinstance(symbols, str):
        return Data(open_snapshot(wiring.object_store(settings), symbols))
    selection = Selection(
        timeframe=Timeframe(timeframe).name,
        start=None if start is None else words(start),
        end=None if end is None else words(end),
        vendor=vendor,
        alignment=None if alignment is None else Alignment(alignment),
    )
    return Data(freeze(settings, symbols, home, selection), symbols)


def reference_market(
    symbols: Sequence[str], timeframe: str = "H1", start: Moment = "2024", end: Moment = "2026", *, home: str = "USD"
) -> Data:
    """Generate, store and freeze bars of the reference market: no vendor needed, and every profit luck or a bug."""
    settings = Settings.from_environment()
    master = wiring.security_master(settings)
    import_reference_market(
        master, wiring.fixings(), symbols, Timeframe(timeframe), start=instant(words(start)), end=instant(words(end))
    )
    return snapshot(symbols, timeframe, start, end, vendor=VENDOR, home=home)


def planted_market(
    symbols: Sequence[str],
    timeframe: str = "H1",
    start: Moment = "2024",
    end: Moment = "2026",
    *,
    signal: float = SIGNAL,
    seed: int = SEED,
) -> Data:
    """Generate, store and freeze bars in which a signal is hidden, to see whether a method finds it.

    Each bar's return has the correlation `signal` with the sign of the move over the twelve bars before, and there is
    nothing else to find. A market with another signal or seed takes the place of the one before.
    """
    first, last = instant(words(start)), instant(words(end))
    master = wiring.security_master(Settings.from_environment())
    import_planted_market(master, symbols, Timeframe(timeframe), start=first, end=last, signal=signal, seed=seed)
    return snapshot(symbols, timeframe, start, end, vendor=PLANTED)
