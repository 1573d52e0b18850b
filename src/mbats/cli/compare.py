"""Two runs on the terminal, trade by trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, table

if TYPE_CHECKING:
    from mbats.pipelines.comparison.comparison import Comparison
    from mbats.pipelines.comparison.parting import Parting, Side


@click.command(short_help="Compare two stored runs trade by trade.")
@click.argument("a")
@click.argument("b", default="latest")
@click.option("--json", "as_json", is_flag=True, help="Print every trade and the first difference as JSON.")
def compare(a: str, b: str, as_json: bool) -> None:
    """Compare runs A and B (beginnings of their ids, or ``latest``) trade by trade, and explain where they part.

    \b
    Example:
      mbats backtest compare 1f6c latest
    """
    from mbats.bootstrap.comparing import compare_runs
    from mbats.settings import Settings

    found = compare_runs(a, b, Settings.from_environment())
    if as_json:
        emit(described(found), as_json=True)
    else:
        _print(found)
    next_step(f"mbats report {str(found.b.result.info.id)[:8]}")


def described(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values, for ``--json``."""
    from mbats.market.local_time import moment

    return {
        "a": str(found.a.result.info.id),
        "b": str(found.b.result.info.id),
        "inputs": found.inputs,
        "counts": {str(match): count for match, count in found.counts.items()},
        "first": found.first and {"bar": moment(found.first.time), **_plain(found.first)},
        "trades": [
            {
                "instrument": pair.instrument,
                "entry_time": moment(pair.entry_time),
                "match": str(pair.match),
                "trade_a": _id(pair.a),
                "trade_b": _id(pair.b),
                "differs": pair.differs,
            }
            for pair in found.pairs
        ],
    }


def _plain(first: Parting) -> dict[str, Any]:
    return {"instrument": first.instrument, "a": first.a, "b": first.b, "reasons": first.reasons}


def _id(row: int | None) -> int | None:
    """Return the number of a trade, which counts from 1."""
    return None if row is None else row + 1


def _print(found: Comparison) -> None:
    screen = console()
    names = [str(run.result.info.id)[:8] for run in (found.a, found.b)]
    screen.print(f"A is run {names[0]}, B is run {names[1]}\n", highlight=False)
    if found.inputs:
        rows = [[one.name, str(one.a), str(one.b)] for one in found.inputs]
        screen.print(table(["told differently", "A", "B"], rows))
    screen.print(table([str(match) for match in found.counts], [list(found.counts.values())], title="Trades"))
    if found.first is None:
        screen.print("Every trade is the same, to the last bit.")
    else:
        _print_first(found.first)


def _print_first(first: Parting) -> None:
    from rich.text import Text

    from mbats.market.local_time import moment

    screen = console()
    screen.print(Text(f"They part first in {first.instrument}, in the bar of {moment(first.time):%Y-%m-%d %H:%M} UTC"))
    for name, side in (("A", first.a), ("B", first.b)):
        screen.print(Text(f"  {name}: {'; '.join(map(str, side.deeds)) or 'nothing'}"))
    screen.print(table(["prices", "open", "high", "low", "close"], _price_rows(first)))
    screen.print(Text("\n".join(first.reasons)))


def _price_rows(first: Parting) -> list[list[str]]:
    if first.a.prices == first.b.prices:
        return _rows_of(first.a, "")
    return [*_rows_of(first.a, " in A"), *_rows_of(first.b, " in B")]


def _rows_of(side: Side, whose: str) -> list[list[str]]:
    return [[name + whose, *(f"{price:.10g}" for price in prices.values())] for name, prices in side.prices.items()]
