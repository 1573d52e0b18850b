"""Allocations made again from what a database remembers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.bootstrap.model_binding import ModelShelf
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation
from mbats.strategies.discovery import find
from mbats.strategies.parameters import configure_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.errors.base import MbatsError
    from mbats.settings import Settings
    from mbats.strategies.discovery import StrategySource

SIZINGS: Mapping[str, type[Any]] = {rule.__name__: rule for rule in (FixedUnits, PercentRisk, VolatilityTarget)}


def remade(
    stored: Mapping[str, Any],
    settings: Settings,
    changed: Callable[[StrategySource], MbatsError],
    unknown: Callable[[str], MbatsError],
) -> tuple[StrategySource, Allocation]:
    """Return an allocation as it was, from its entry in `RunInfo.strategies`, and where its strategy comes from.

    Parameters
    ----------
    changed, unknown
        What to raise where the strategy's code is another one now, and where the size is of an unknown kind.
    """
    source = find(str(stored["name"]), settings.strategies)
    if source.digest != stored["code"]:
        raise changed(source)
    rule = str(stored["sizing"]["rule"])
    if rule not in SIZINGS:
        raise unknown(rule)
    size = {name: value for name, value in stored["sizing"].items() if name != "rule"}
    configured = configure_class(source.cls, stored["parameters"])
    allocation = Allocation(
        ModelShelf.of(settings).bound(configured.strategy),
        tuple(stored["instruments"]),
        SIZINGS[rule](**size),
        configured.parameters,
    )
    return source, allocation
