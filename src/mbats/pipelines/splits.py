from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.simulation import SplitInTheWay, SplitSuspected
from mbats.market.instrument import AssetClass
from mbats.secmaster.corporate_actions import suspected_splits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.bars import Bars


def refuse_splits(splits: Mapping[str, Sequence[str]], market: Mapping[str, Bars]) -> None:
    """Refuse a run over raw equity bars across a split: its prices jump without anybody gaining or losing.

    Parameters
    ----------
    splits
        Days of splits (ISO dates) by symbol; of a symbol that is absent nothing is known, and its prices tell.

    Raises
    ------
    SplitInTheWay, SplitSuspected
    """
    equities = {symbol: bars for symbol, bars in market.items() if bars.instrument.asset_class is AssetClass.EQUITY}
    for symbol, bars in equities.items():
        if days := splits.get(symbol, ()):
            raise SplitInTheWay(symbol=symbol, days=", ".join(days))
        if symbol not in splits and (days := suspected_splits(bars)):
            raise SplitSuspected(symbol=symbol, days=", ".join(days))
