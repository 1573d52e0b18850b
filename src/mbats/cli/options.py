"""Options that several commands share, said once: which bars, at what costs, on which account, how big."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import click

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

_ABOVE_ZERO = click.FloatRange(min=0, min_open=True)
_PERCENT = click.FloatRange(min=0, max=100, min_open=True)
_FREE_OR_MORE = click.FloatRange(min=0)

_MARKET = (
    click.option("-s", "--symbol", "symbols", multiple=True, help="Instrument to trade; may be repeated."),
    click.option(
        "-t", "--timeframe", default="H1", show_default=True, help="Length of a bar: S, M or H with a number, D or W."
    ),
    click.option("--start", help="First day or moment, UTC unless it names a zone.  [default: all there is]"),
    click.option("--end", help="Up to this day or moment, not included.  [default: all there is]"),
    click.option("--vendor", help="Whose bars, where the master has several vendors'."),
    click.option(
        "--alignment", type=click.Choice(["ny17", "utc", "session"]), help="Where a day of those bars begins."
    ),
    click.option("--snapshot", help="Read this snapshot instead of the master."),
    click.option(
        "-p", "--param", "parameters", multiple=True, metavar="[STRATEGY.]NAME=VALUE", help="Strategy parameter."
    ),
)
_COSTS = (
    click.option(
        "--fills", type=click.Choice(["venue", "backtrader"]), default="venue", show_default=True, help="Fill rules."
    ),
    click.option("--costs", default="oanda-us", show_default=True, help="Named cost model."),
    click.option("--no-costs", is_flag=True, help="Trade at mid, for comparisons."),
    click.option("--spread", type=_FREE_OR_MORE, metavar="PIPS", help="A fixed spread instead of the quoted one."),
    click.option("--slippage", type=_FREE_OR_MORE, metavar="PIPS", help="Slippage of market and stop fills."),
    click.option(
        "--commission", type=_FREE_OR_MORE, metavar="FRACTION", help="Commission as a fraction of the traded value."
    ),
)
_ACCOUNT = (
    click.option("--cash", default="100000", show_default=True, help="Balance at the start."),
    click.option("--currency", default="USD", show_default=True, help="Currency of the account."),
    click.option(
        "--leverage", type=_ABOVE_ZERO, metavar="RATIO", help="Highest leverage.  [default: each instrument's own]"
    ),
    click.option("--units", type=_ABOVE_ZERO, metavar="UNITS", help="Size: so many units.  [default: 1000]"),
    click.option("--risk", type=_PERCENT, metavar="PERCENT", help="Size: lose so much of the account at the stop."),
    click.option("--volatility", type=_ABOVE_ZERO, metavar="PERCENT", help="Size: yearly volatility of a position."),
)
_SIMULATION = (
    click.option(
        "--simulator",
        type=click.Choice(["kernel", "backtrader"]),
        help="What simulates.  [default: kernel (compiled), unless a strategy or its size needs Backtrader]",
    ),
)
_EVIDENCE = (
    click.option(
        "--prior-trials",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Variants tried on this data elsewhere: they count when the Sharpe ratio is deflated.",
    ),
)


_SEARCH = (
    click.option(
        "--grid",
        multiple=True,
        metavar="NAME=VALUES",
        help="Parameter to search: 10:40:5 (ends included), 0.5,1,1.5, or a range to draw from, 0.5:3.0 or 0.1:10:log.",
    ),
    click.option("--random", type=click.IntRange(min=1), metavar="N", help="Judge N cells drawn from the grid."),
    click.option("--bayesian", type=click.IntRange(min=1), metavar="N", help="Judge N cells chosen by Optuna."),
    click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of what is drawn."),
    click.option("--objective", default="sharpe", show_default=True, metavar="FIGURE", help="Which figure decides."),
    click.option(
        "--constraint",
        "constraints",
        multiple=True,
        metavar="FIGURE>=NUMBER",
        help="What a cell must keep within, for example trades>=30; may be repeated.",
    ),
    click.option(
        "--max-cells", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Largest grid to begin."
    ),
)
_PLACEMENT = (
    click.option(
        "--executor", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Who judges cells."
    ),
    click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many.  [default: one a core]"),
    click.option("--ray-address", metavar="HOST:PORT", help="Head of a Ray cluster.  [default: RAY_ADDRESS]"),
)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--grid`` and the fields of `mbats.bootstrap.sweep_options.SearchOptions`."""
    return applied(*_SEARCH)(command)


def placement_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the fields of `mbats.bootstrap.sweep_options.Placement`."""
    return applied(*_PLACEMENT)(command)


def backtest_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add every option that decides a backtest: the fields of `mbats.bootstrap.backtesting.BacktestOptions`."""
    return applied(*_MARKET, *_COSTS, *_ACCOUNT, *_SIMULATION, *_EVIDENCE)(command)


def applied(*options: Decorator) -> Decorator:
    """Return a decorator that adds `options`, which a command's help then shows in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
