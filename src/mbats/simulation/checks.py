"""What every simulator refuses before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.simulation import (
    InstrumentSharedByStrategies,
    NoQuotes,
    NoStopToSizeBy,
    NothingToTrade,
    TimeframesDiffer,
)
from mbats.execution.costs import SpreadSource
from mbats.execution.fills import FillRules
from mbats.market.local_time import moment
from mbats.portfolio.sizing import PercentRisk
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.simulation.simulator import Simulation


def check(simulation: Simulation) -> None:
    """Raise the error that says why `simulation` cannot be run honestly.

    Raises
    ------
    NothingToTrade
        An allocated instrument has no bars, or there is no allocation.
    InstrumentSharedByStrategies
        Two allocations have one instrument.
    NoStopToSizeBy
        A target strategy is to be sized by the risk at its stop.
    TimeframesDiffer
        The bars are not of one timeframe.
    NoQuotes
        Venue fills with quoted spread on bars without bid and ask.
    mbats.errors.market.UnknownBankHolidays
        Financing rates whose days nobody can count: of a share, say, without its venue's own days.
    """
    _check_ownership(simulation)
    _check_sizing(simulation)
    symbols = [symbol for share in simulation.allocations for symbol in share.instruments]
    empty = [symbol for symbol in symbols if symbol not in simulation.market or not len(simulation.market[symbol])]
    if empty or not symbols:
        raise NothingToTrade(symbols=", ".join(empty) or "no instrument at all")
    bars = [simulation.market[symbol] for symbol in symbols]
    _check_timeframe(bars)
    if simulation.fills is FillRules.VENUE and simulation.costs.spread.source is SpreadSource.QUOTED:
        _check_quotes(bars, simulation.costs.name)
    if simulation.fills is FillRules.VENUE and simulation.costs.financing:
        _check_financing(simulation, bars)


def strategy_name(strategy: object) -> str:
    """Return what to call a strategy: its own name, or that of its class."""
    told = getattr(strategy, "name", None) or getattr(strategy, "__name__", None)
    return str(told or type(strategy).__name__)


def _check_ownership(simulation: Simulation) -> None:
    owners: dict[str, str] = {}
    for share in simulation.allocations:
        name = strategy_name(share.strategy)
        for symbol in share.instruments:
            if symbol in owners:
                raise InstrumentSharedByStrategies(symbol=symbol, first=owners[symbol], second=name)
            owners[symbol] = name


def _check_sizing(simulation: Simulation) -> None:
    for share in simulation.allocations:
        if isinstance(share.strategy, TargetStrategy) and isinstance(share.sizing, PercentRisk):
            raise NoStopToSizeBy(strategy=strategy_name(share.strategy))


def _check_timeframe(bars: list[Bars]) -> None:
    first = bars[0]
    for other in bars:
        if other.timeframe != first.timeframe:
            raise TimeframesDiffer(
                first=first.instrument.symbol,
                first_timeframe=first.timeframe,
                other=other.instrument.symbol,
                other_timeframe=other.timeframe,
            )


def _check_quotes(bars: list[Bars], costs: str) -> None:
    for one in bars:
        if one.bid is None or one.ask is None:
            raise NoQuotes(symbol=one.instrument.symbol, vendor=one.vendor or "vendor unknown", costs=costs)


def _check_financing(simulation: Simulation, bars: list[Bars]) -> None:
    rates = simulation.financing
    for one in bars:
        if rates is not None and rates.by_symbol.get(one.instrument.symbol) is not None:
            rates.days(one.instrument, moment(int(one.time[0])).date())
