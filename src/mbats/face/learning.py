"""What a model learns from, as frames: a row a bar, by instrument and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mbats.bootstrap.backtesting import named_costs
from mbats.face import frames
from mbats.features.discovery import feature_set
from mbats.features.view import View
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.costs import Costs
    from mbats.market.bars import Bars
    from mbats.pipelines.market_data import MarketData
    from mbats.secmaster.snapshot import Snapshot


def features(frozen: Snapshot, market: MarketData, symbols: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Return features of every bar."""
    from mbats.bootstrap.training import series_of

    chosen = feature_set(names, Settings.from_environment().home / "features")
    bars, series = market.bars, series_of(frozen, chosen)
    tables = {
        symbol: pd.DataFrame(
            chosen.compute(View(bars[symbol], bars, series)), index=_times(bars[symbol]), columns=chosen.columns
        )
        for symbol in symbols
    }
    return pd.concat(tables, names=["instrument", "time"])


def labels(market: MarketData, symbols: Sequence[str], label: str, costs: str | Costs) -> pd.DataFrame:
    """Return what came after every bar, and when it was known."""
    from mbats.models.datasets.labelling import label_from

    rule, told = label_from(label), named_costs(costs) if isinstance(costs, str) else costs
    tables = {}
    for symbol in symbols:
        bars = market.bars[symbol]
        found = rule.label(bars, told, market.financing)
        moments = {"start": frames.utc(found.start), "end": frames.utc(found.end)}
        tables[symbol] = pd.DataFrame({"value": found.value, "outcome": found.outcome, **moments}, index=_times(bars))
    return pd.concat(tables, names=["instrument", "time"])


def _times(bars: Bars) -> pd.DatetimeIndex:
    return frames.utc(bars.time)
