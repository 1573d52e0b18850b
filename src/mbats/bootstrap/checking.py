"""From what a person typed to a checked strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.model_binding import with_model
from mbats.pipelines.check_bars import reference_bars, stored_bars
from mbats.pipelines.model_use import checked_on
from mbats.pipelines.strategy_check import GENERATED, Sample, StrategyCheck, check_strategy
from mbats.strategies.discovery import find
from mbats.strategies.model_signal import beside
from mbats.strategies.parameters import configure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mbats.market.timeframe import Timeframe
    from mbats.settings import Settings

_PANEL = 3


def check_named(
    name: str,
    *,
    assignments: Sequence[str],
    symbols: Sequence[str],
    timeframe: Timeframe,
    vendor: str | None = None,
    folder: Path,
    settings: Settings,
) -> StrategyCheck:
    """Check the strategy called `name` on stored bars, or on the reference market when none are stored."""
    source = find(name, folder)
    configured = with_model(configure(source, assignments), settings)
    symbols, read = checked_on(configured.strategy, symbols, str(timeframe))
    count = _PANEL if source.kind == "target" else 1
    together = bool(read) or source.kind != "signal"
    master = wiring.security_master(settings)
    market = stored_bars(master, [*symbols, *read], timeframe, count, vendor=vendor, together=together)
    origin = "the securities master"
    if market is None:
        origin = GENERATED
        market = reference_bars(wiring.fixings(), [*symbols, *read], timeframe, count)
    placed = configured._replace(strategy=beside(configured.strategy, market.__getitem__))
    checked = {symbol: bars for symbol, bars in market.items() if symbol not in read}
    return check_strategy(source, placed, Sample(origin, checked), wiring.simulator)
