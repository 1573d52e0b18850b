from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.costs import SpreadSource
from mbats.execution.fills import FillRules
from mbats.pipelines.stress.delay import late, missed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars, Quotes
    from mbats.portfolio.sizing import Sizing
    from mbats.simulation.simulator import Simulation


def with_spread(simulation: Simulation, times: float) -> Simulation | None:
    """Return `simulation` with spreads of so many times their width; None where it knows no spread."""
    spread = simulation.costs.spread
    if simulation.fills is not FillRules.VENUE or spread.source is SpreadSource.NONE:
        return None
    if spread.source is SpreadSource.FIXED:
        costs = replace(simulation.costs, spread=replace(spread, pips=spread.pips * times))
        return replace(simulation, costs=costs)
    return replace(simulation, market={symbol: _widened(bars, times) for symbol, bars in simulation.market.items()})


def with_slippage(simulation: Simulation, pips: float) -> Simulation | None:
    """Return `simulation` with that slippage of market and stop fills; None where it knows no slippage."""
    if simulation.fills is not FillRules.VENUE:
        return None
    return replace(simulation, costs=replace(simulation.costs, slippage_pips=pips))


def with_size(simulation: Simulation, times: float) -> Simulation | None:
    """Return `simulation` with positions of so many times their size; None where a rule does not allow it."""
    shares = [(share, _sized(share.sizing, times)) for share in simulation.allocations]
    resized = tuple(replace(share, sizing=sizing) for share, sizing in shares if sizing is not None)
    return replace(simulation, allocations=resized) if len(resized) == len(shares) else None


def with_delay_in_bars(simulation: Simulation, bars: float) -> Simulation | None:
    """Return `simulation` deciding that many bars late; None with a strategy that places its orders itself."""
    shares = [(share, late(share.strategy, int(bars))) for share in simulation.allocations]
    delayed = tuple(replace(share, strategy=strategy) for share, strategy in shares if strategy is not None)
    return replace(simulation, allocations=delayed) if len(delayed) == len(shares) else None


def with_delay_in_seconds(simulation: Simulation, seconds: float) -> Simulation | None:
    """Return `simulation` missing the first seconds of every bar; None where bars do not tell what is left."""
    market = {symbol: missed(bars, seconds) for symbol, bars in simulation.market.items()}
    known: Mapping[str, Bars] = {symbol: bars for symbol, bars in market.items() if bars is not None}
    return replace(simulation, market=known) if len(known) == len(market) else None


def _sized(sizing: Sizing, times: float) -> Sizing | None:
    """Return a rule whose one number is so many times as large; None where that is beyond its bounds."""
    (field,) = fields(sizing)  # type: ignore[arg-type]  # a Sizing is a dataclass of one number, which its port can't say
    larger = getattr(sizing, field.name) * times
    return None if field.name == "percent" and larger > 100 else replace(sizing, **{field.name: larger})  # type: ignore[type-var]  # as above


def _widened(bars: Bars, times: float) -> Bars:
    if bars.bid is None or bars.ask is None:
        return bars
    return replace(bars, bid=_away(bars.bid, bars.mid, times), ask=_away(bars.ask, bars.mid, times))


def _away(side: Quotes, mid: Quotes, times: float) -> Quotes:
    """Return one side at so many times its distance from mid, its high and low around all four prices."""
    moved = {
        field.name: getattr(mid, field.name) + (getattr(side, field.name) - getattr(mid, field.name)) * times
        for field in fields(side)
    }
    every = np.stack(list(moved.values()))
    return replace(side, **moved | {"high": every.max(axis=0), "low": every.min(axis=0)})
