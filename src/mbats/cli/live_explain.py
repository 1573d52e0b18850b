from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.explanation.explanation import ExplainedTrade, Explanation

_SHOWN = 20
_CENT = Decimal("0.01")


@click.command("explain")
@click.argument("session")
@click.option("--run", metavar="RUN", help="Explain the difference to this stored run instead.")
@click.option("--all", "everything", is_flag=True, help="Show every trade, not only those that differ most.")
@click.option("--json", "as_json", is_flag=True, help="Print every trade as JSON.")
def explain(session: str, run: str | None, everything: bool, as_json: bool) -> int:
    """Say why SESSION earned what it earned: the backtest of what it saw, and every difference by its cause.

    The last row is what nothing explains: 0.00, or the exit code is 1.

    \b
    Example:
      mbats live explain rsibracket-1f2e
    """
    from mbats.bootstrap.explaining import explain_session
    from mbats.settings import Settings

    found = explain_session(session, Settings.from_environment(), run, progress)
    if as_json:
        emit(described(found), as_json=True)
    else:
        print_explanation(found, everything)
    next_step(f"mbats report {session}")
    return 0 if abs(found.unexplained) < _CENT else 1


def described(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain values."""
    from mbats.market.local_time import moment

    return {
        "currency": found.currency,
        "live": found.live,
        "expected": found.expected,
        "parts": {str(cause): amount for cause, amount in found.parts.items()},
        "unexplained": found.unexplained,
        "trades": [
            {
                "instrument": trade.key.instrument,
                "decided_at": moment(trade.key.decided_at),
                "live": trade.live,
                "expected": trade.expected,
                "parts": {str(cause): amount for cause, amount in trade.parts.items()},
                "note": trade.note,
            }
            for trade in found.trades
        ],
    }


def print_explanation(found: Explanation, everything: bool = False, most: int = _SHOWN) -> None:
    """Print the `most` trades that differ most, and the whole difference by cause."""
    differing = [trade for trade in found.trades if everything or abs(trade.difference) >= _CENT]
    shown = differing if everything else sorted(differing, key=lambda trade: -abs(trade.difference))[:most]
    if shown:
        _print_trades(shown)
    rows = [["expected", _money(found.expected)]]
    rows += [[str(cause), _money(amount)] for cause, amount in found.parts.items()]
    rows += [["unexplained", _money(found.unexplained)], ["live", _money(found.live)]]
    console().print(table(["from the backtest to the session", found.currency], rows))
    same = len(found.trades) - len([trade for trade in found.trades if abs(trade.difference) >= _CENT])
    console().print(f"{same:,} of {len(found.trades):,} trades earned the same to the cent.", highlight=False)


def _print_trades(trades: Sequence[ExplainedTrade]) -> None:
    from mbats.market.local_time import moment

    columns = ["instrument", "decided at", "live", "expected", "difference", "because"]
    rows = [
        [
            trade.key.instrument,
            f"{moment(trade.key.decided_at):%Y-%m-%d %H:%M}" if trade.key.decided_at else "by a person",
            "none" if trade.live is None else _money(trade.live),
            "none" if trade.expected is None else _money(trade.expected),
            _money(trade.difference),
            _because(trade),
        ]
        for trade in trades
    ]
    console().print(table(columns, rows))


def _because(trade: ExplainedTrade) -> str:
    causes = ", ".join(f"{cause} {_money(amount)}" for cause, amount in trade.parts.items() if abs(amount) >= _CENT)
    return f"{causes} ({trade.note})" if trade.note else causes


def _money(amount: Decimal) -> str:
    shown = round(amount, 2)
    return f"{shown or Decimal('0.00'):,.2f}"
