"""Options of the commands about live sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from mbats.cli.options import applied

_ABOVE_ZERO = click.FloatRange(min=0, min_open=True)
_PERCENT = click.FloatRange(min=0, max=100, min_open=True)

_SESSION = (
    click.option("-s", "--symbol", "symbols", multiple=True, help="Instrument to trade; may be repeated."),
    click.option("-t", "--timeframe", default="H1", show_default=True, help="Length of a bar."),
    click.option("--name", help="What to call the session.  [default: the strategy and four characters]"),
    click.option(
        "--venue",
        type=click.Choice(["paper", "practice", "live"]),
        help="Where to trade.  [default: MBATS_OANDA_ENVIRONMENT, else practice]",
    ),
    click.option(
        "--account",
        help="Number, or name in accounts.toml.  [default: MBATS_OANDA_ACCOUNT, else the only one]",
    ),
    click.option(
        "--live", is_flag=True, help="Trade real money; the account must be in MBATS_OANDA_LIVE_ACCOUNTS, too."
    ),
    click.option(
        "-p", "--param", "parameters", multiple=True, metavar="[STRATEGY.]NAME=VALUE", help="Strategy parameter."
    ),
    click.option("--units", type=_ABOVE_ZERO, metavar="UNITS", help="Size: so many units.  [default: 1000]"),
    click.option("--risk", type=_PERCENT, metavar="PERCENT", help="Size: lose so much of the account at the stop."),
    click.option("--volatility", type=_ABOVE_ZERO, metavar="PERCENT", help="Size: yearly volatility of a position."),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="[account.]NAME=VALUE",
        help="Change a limit of the session, or of the whole account; VALUE off: none.  [default: docs/live.md]",
    ),
    click.option("--anchor", metavar="WHEN", help="First bar that strategies see.  [default: about 1,000 bars ago]"),
)
_WHY = (
    click.option("--reason", required=True, help="Why; it is journalled."),
    click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
)


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the fields of `mbats.bootstrap.session_terms.LiveOptions`."""
    return applied(*_SESSION)(command)


def why(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--reason`` and ``--json``."""
    return applied(*_WHY)(command)
