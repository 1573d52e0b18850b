from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.data import NoBars, NoSeries
from mbats.pipelines.financing import financing_of
from mbats.pipelines.holdings import one_each
from mbats.secmaster.corporate_actions import series_name
from mbats.secmaster.snapshot import Snapshot, take

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from mbats.market.bars import Bars
    from mbats.market.timeframe import Alignment
    from mbats.secmaster.object_store import ObjectStore
    from mbats.secmaster.repository import SecurityMaster


def snapshot(
    master: SecurityMaster,
    store: ObjectStore,
    symbols: Sequence[str],
    timeframe: str,
    *,
    start: int | None = None,
    end: int | None = None,
    vendor: str | None = None,
    alignment: Alignment | None = None,
    series: Sequence[str] = (),
    advance: Callable[[int], None] = lambda _: None,
) -> Snapshot:
    """Freeze the bars of `symbols` that open in ``[start, end)``, with the named series.

    The corporate actions and financing rates of the instruments go along unasked where the master has them.

    Parameters
    ----------
    start, end
        Nanoseconds UTC; None: all there is.

    Raises
    ------
    NoBars, HoldingUnclear, NoSeries
        Something asked for is not there, or there more than once.
    """
    market = {}
    for key in one_each(master, symbols, timeframe, vendor, alignment):
        bars = master.bars(key, start, end)
        if not len(bars):
            raise NoBars(symbol=key.symbol, timeframe=timeframe, where=" in that range", known=str(key))
        market[key.symbol] = bars
        advance(1)
    return take(store, market, _series(master, market, series))


def _series(master: SecurityMaster, market: dict[str, Bars], asked: Sequence[str]) -> dict[str, pa.Table]:
    known = [holding.name for holding in master.series_holdings()]
    for name in asked:
        if name not in known:
            raise NoSeries(name=name, known=", ".join(known) or "none at all")
    financing = [financing_of(symbol, bars.vendor, known) for symbol, bars in market.items()]
    actions = [series_name(symbol) for symbol in market if series_name(symbol) in known]
    return {name: master.series(name) for name in dict.fromkeys([*asked, *actions, *filter(None, financing)])}
