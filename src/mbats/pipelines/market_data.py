from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mbats.execution.financing import FinancingRates
from mbats.market.instrument import AssetClass
from mbats.pipelines.financing import financing_of, rates_from
from mbats.secmaster.corporate_actions import series_name, splits_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.secmaster.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class MarketData:
    """What a run may read: the content of one snapshot, cut to a range.

    Attributes
    ----------
    bars
        By symbol: the traded instruments and the pairs that convert their money.
    financing
        Dated rates; None where the snapshot has none.
    splits
        Days on which an equity was split inside the range (ISO dates), by symbol; a symbol is absent where the master
        knows no corporate actions of it.
    """

    snapshot: str
    bars: Mapping[str, Bars]
    financing: FinancingRates | None
    splits: Mapping[str, tuple[str, ...]]

    def since(self, start: int | None) -> MarketData:
        """Return the bars that open at or after `start`, nanoseconds UTC; None: all."""
        if start is None:
            return self
        return replace(self, bars={symbol: bars.between(start, 2**63 - 1) for symbol, bars in self.bars.items()})


def read(snapshot: Snapshot, start: int | None = None, end: int | None = None) -> MarketData:
    """Return the bars of `snapshot` that open in ``[start, end)`` (nanoseconds UTC; None: open end)."""
    first, last = start if start is not None else -(2**63), end if end is not None else 2**63 - 1
    bars = {symbol: whole.between(first, last) for symbol, whole in snapshot.market().items()}
    return MarketData(snapshot.id, bars, _financing(snapshot, bars), _splits(snapshot, bars))


def _financing(snapshot: Snapshot, market: Mapping[str, Bars]) -> FinancingRates | None:
    named = {symbol: financing_of(symbol, bars.vendor, snapshot.series_names) for symbol, bars in market.items()}
    found = {symbol: rates_from(name, snapshot.series(name)) for symbol, name in named.items() if name}
    return FinancingRates(found) if found else None


def _splits(snapshot: Snapshot, market: Mapping[str, Bars]) -> dict[str, tuple[str, ...]]:
    equities = {symbol: bars for symbol, bars in market.items() if bars.instrument.asset_class is AssetClass.EQUITY}
    return {
        symbol: tuple(split.day for split in splits_between(snapshot.series(name), *_range(bars)))
        for symbol, bars in equities.items()
        if len(bars) and (name := series_name(symbol)) in snapshot.series_names
    }


def _range(bars: Bars) -> tuple[int, int]:
    return int(bars.time[0]), int(bars.known_at[-1])
