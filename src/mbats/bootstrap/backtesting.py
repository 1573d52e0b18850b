"""From what a person typed to a backtest that can run."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from shlex import join
from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.model_binding import with_model
from mbats.bootstrap.provenance import author, code_commit
from mbats.bootstrap.research import Selection, market_data
from mbats.clock import SystemClock
from mbats.errors.backtest import NoSymbols, SizingUnclear, UnknownCosts
from mbats.execution.costs import FREE, NAMED, Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.terms import Account, amount
from mbats.market.timeframe import Alignment
from mbats.pipelines.backtest import Backtest, run_backtest
from mbats.pipelines.model_use import read_by, refuse_models
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation
from mbats.simulation.watch import unwatched
from mbats.strategies.discovery import find
from mbats.strategies.parameters import configure, describe
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mbats.bootstrap.simulators import ChosenSimulator
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.portfolio.sizing import Sizing
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch
    from mbats.strategies.discovery import StrategySource


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """A backtest in a person's words; the fields are the options of ``mbats backtest run``."""

    strategies: Sequence[str]
    symbols: Sequence[str] = ()
    timeframe: str = "H1"
    start: str | None = None
    end: str | None = None
    vendor: str | None = None
    alignment: str | None = None
    snapshot: str | None = None
    parameters: Sequence[str] = ()
    fills: str = "venue"
    costs: str = "oanda-us"
    no_costs: bool = False
    spread: float | None = None
    slippage: float | None = None
    commission: float | None = None
    cash: str = "100000"
    currency: str = "USD"
    leverage: float | None = None
    units: float | None = None
    risk: float | None = None
    volatility: float | None = None
    simulator: str | None = None
    log_features: Path | None = None
    prior_trials: int = 0


def backtest_from(options: BacktestOptions, settings: Settings, watch: Watch = unwatched) -> JudgedRun:
    """Read the data, run, judge and store the backtest that `options` describe."""
    simulator = wiring.simulator(options.simulator, options.log_features, watch)
    return execute(prepared(options, settings), simulator, settings)


def prepared(options: BacktestOptions, settings: Settings) -> Backtest:
    """Read the data and return the backtest that `options` describe, ready to run."""
    return assembled(options, allocations(options, settings), settings)


def assembled(
    options: BacktestOptions, shares: Sequence[tuple[StrategySource, Allocation]], settings: Settings
) -> Backtest:
    """Read the data and return the backtest of some allocations, otherwise as `options` describe it."""
    terms = account(options)
    placed = tuple(share for _, share in shares)
    symbols = list(dict.fromkeys([*(symbol for share in placed for symbol in share.instruments), *read_by(placed)]))
    data = market_data(settings, symbols, terms.currency, selection(options))
    refuse_models(placed, data.bars)
    return Backtest(
        allocations=placed,
        codes=tuple(source.digest for source, _ in shares),
        data=data,
        account=terms,
        costs=costs(options),
        fills=FillRules(options.fills),
        command=join(["mbats", *sys.argv[1:]]),
        commit=code_commit(),
        prior_trials=options.prior_trials,
        author=author(),
    )


def execute(backtest: Backtest, simulator: ChosenSimulator, settings: Settings) -> JudgedRun:
    """Run a backtest and keep it in the risk database."""
    store, register = wiring.run_store(settings), wiring.trial_register(settings)
    name = simulator.name(backtest.allocations)
    return run_backtest(backtest, name, simulator, store, SystemClock(), register)


def allocations(options: BacktestOptions, settings: Settings) -> list[tuple[StrategySource, Allocation]]:
    """Return each strategy with its instruments, parameters and size."""
    named = [named_with_symbols(text) for text in options.strategies]
    sources = {name: find(name, settings.strategies) for name, _ in named}
    assigned = _by_strategy(options.parameters, sources)
    return [
        (
            sources[name],
            allocation(sources[name], symbols or tuple(options.symbols), assigned[name], sizing(options), settings),
        )
        for name, symbols in named
    ]


def allocation(
    source: StrategySource,
    symbols: tuple[str, ...],
    assignments: Sequence[str],
    size: Sizing | None,
    settings: Settings,
) -> Allocation:
    """Return what a strategy trades, with validated parameters and its kind's usual size where none is stated.

    A model that it names is pinned and loaded.
    """
    if not symbols:
        raise NoSymbols(strategy=source.name)
    configured = with_model(configure(source, assignments), settings)
    return Allocation(configured.strategy, symbols, size or usual_size(configured.strategy), configured.parameters)


def usual_size(strategy: Any) -> Sizing:
    """Return the size of a strategy of this kind where none is stated."""
    return VolatilityTarget() if isinstance(strategy, TargetStrategy) else FixedUnits()


def sizing(options: BacktestOptions) -> Sizing | None:
    """Return the one size that was stated, or None."""
    stated: dict[str, Sizing] = {}
    if options.units is not None:
        stated["--units"] = FixedUnits(options.units)
    if options.risk is not None:
        stated["--risk"] = PercentRisk(options.risk)
    if options.volatility is not None:
        stated["--volatility"] = VolatilityTarget(options.volatility)
    if len(stated) > 1:
        raise SizingUnclear(given=" and ".join(stated))
    return next(iter(stated.values()), None)


def costs(options: BacktestOptions) -> Costs:
    """Return the named cost model with what was stated beside it; under `backtrader` only a commission is left."""
    chosen = named_costs(options.costs)
    if options.no_costs or options.fills == FillRules.BACKTRADER:
        chosen = FREE
    if options.spread is not None:
        chosen = replace(
            chosen, name=f"{chosen.name}, spread {options.spread:g}", spread=Spread(SpreadSource.FIXED, options.spread)
        )
    if options.slippage is not None:
        chosen = replace(chosen, name=f"{chosen.name}, slippage {options.slippage:g}", slippage_pips=options.slippage)
    if options.commission is not None:
        fee = Commission(fraction=options.commission)
        chosen = replace(chosen, name=f"{chosen.name}, commission {options.commission:g}", commission=fee)
    return chosen


def named_costs(name: str) -> Costs:
    """Return a cost model by its name."""
    if name not in NAMED:
        raise UnknownCosts(name=name, known=", ".join(NAMED))
    return NAMED[name]


def account(options: BacktestOptions) -> Account:
    """Return the account's terms."""
    return Account(options.currency, amount(options.cash), options.leverage)


def selection(options: BacktestOptions) -> Selection:
    """Return which bars of which time were asked for."""
    return Selection(
        timeframe=options.timeframe,
        start=options.start,
        end=options.end,
        vendor=options.vendor,
        snapshot=options.snapshot,
        alignment=Alignment(options.alignment) if options.alignment else None,
    )


def named_with_symbols(text: str) -> tuple[str, tuple[str, ...]]:
    """Take ``Strategy@EUR_USD,USD_JPY`` apart."""
    name, _, symbols = text.partition("@")
    return name, tuple(symbol for symbol in symbols.split(",") if symbol)


def _by_strategy(texts: Sequence[str], sources: Mapping[str, StrategySource]) -> dict[str, list[str]]:
    """Sort ``Strategy.name=value`` by strategy; ``name=value`` is for those that know the name, or else for all."""
    assigned: dict[str, list[str]] = {name: [] for name in sources}
    for text in texts:
        owner, dot, rest = text.partition(".")
        if dot and owner in assigned:
            assigned[owner].append(rest)
            continue
        parameter = text.partition("=")[0].strip()
        for name in [name for name, source in sources.items() if _has(source, parameter)] or sources:
            assigned[name].append(text)
    return assigned


def _has(source: StrategySource, parameter: str) -> bool:
    return any(known.name == parameter for known in describe(source))
