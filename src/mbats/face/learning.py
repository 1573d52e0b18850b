"""What a model learns from, as frames: a row a bar, by instrument and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mbats.execution.fills import FillRules
from mbats.face import frames
from mbats.face.backtest import charged
from mbats.features.discovery import feature_set
from mbats.features.view import View
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.costs import Costs
    from mbats.face.data import Data
    from mbats.market.bars import Bars


def features(data: Data, names: Sequence[str]) -> pd.DataFrame:
    """Return features of every bar."""
    from mbats.bootstrap.training import series_of

    chosen = feature_set(names, Settings.from_environment().home / "features")
    market, series = data.market.bars, series_of(data.frozen, chosen)
    tables = {
        symbol: pd.DataFrame(
            chosen.compute(View(market[symbol], market, series)), index=_times(market[symbol]), columns=chosen.columns
        )
        for symbol in data.symbols
    }
    return pd.concat(tables, names=["instrument", "time"])


def labels(data: Data, label: str, costs: str | Costs) -> pd.DataFrame:
    """Return what came after every bar, and when it was known."""
    from mbats.models.datasets.labelling import label_from

    rule, told = label_from(label), charged(costs, FillRules.VENUE)
    tables = {}
    for symbol in data.symbols:
        bars = data.market.bars[symbol]
        found = rule.label(bars, told, data.market.financing)
        moments = {"start": frames.utc(found.start), "end": frames.utc(found.end)}
        tables[symbol] = pd.DataFrame({"value": found.value, "outcome": found.outcome, **moments}, index=_times(bars))
    return pd.concat(tables, names=["instrument", "time"])


def _times(bars: Bars) -> pd.DatetimeIndex:
    return frames.utc(bars.time)
