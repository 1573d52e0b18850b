from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.simulation import SplitInTheWay
from mbats.market.instrument import AssetClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.bars import Bars


def refuse_splits(splits: Mapping[str, Sequence[str]], market: Mapping[str, Bars]) -> None:
    """Refuse a run over raw equity bars across a split: its prices jump without anybody gaining or losing.

    Parameters
    ----------
    splits
        Days of splits (ISO dates) by symbol, as far as the data knows them.
    """
    for symbol, bars in market.items():
        days = splits.get(symbol, ())
        if bars.instrument.asset_class is AssetClass.EQUITY and days:
            raise SplitInTheWay(symbol=symbol, days=", ".join(days))
