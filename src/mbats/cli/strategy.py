"""Start, list and check strategies."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step

if TYPE_CHECKING:
    from mbats.market.timeframe import Timeframe
    from mbats.pipelines.strategy_check import StrategyCheck

_folder = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of your strategies.  [default: MBATS_STRATEGIES, or strategies]",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_BEGIN = "mbats strategy new MyIdea"


@click.group()
def strategy() -> None:
    """Start, list and check strategies.

    \b
    Example:
      mbats strategy new MyIdea
    """


@strategy.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["signal", "model", "target", "backtrader"]),
    default="signal",
    show_default=True,
    help="One instrument at a time, target positions for several, or a plain bt.Strategy.",
)
@_folder
@_json
def new(name: str, kind: str, folder: Path | None, as_json: bool) -> None:
    """Write a small strategy that works, to change into your own.

    \b
    Example:
      mbats strategy new MyIdea --kind signal
    """
    from mbats.strategies.template import class_name, write_template

    path = write_template(name, kind, _chosen(folder))
    emit({"strategy": class_name(name), "kind": kind, "file": str(path)}, as_json)
    again = f" --folder {shlex.quote(str(folder))}" if folder else ""
    model = " -p model=NAME   # mbats model list names them" if kind == "model" else ""
    next_step(f"mbats strategy check {class_name(name)}{again}{model}")


@strategy.command("list")
@_folder
@_json
def list_strategies(folder: Path | None, as_json: bool) -> int:
    """List your strategies and the installed ones; exit code 1 when a file cannot be imported.

    \b
    Example:
      mbats strategy list --json
    """
    from mbats.cli.strategy_tables import show_strategies
    from mbats.strategies.discovery import discover

    found = discover(_chosen(folder))
    show_strategies(found, as_json=as_json)
    own = [source for source in found.sources if source.path.parent == _chosen(folder)]
    again = f" --folder {shlex.quote(str(folder))}" if folder else ""
    next_step(f"mbats strategy check {(own or found.sources)[0].name}{again}" if found.sources else _BEGIN)
    return 1 if found.broken else 0


@strategy.command()
@click.argument("name")
@click.option("-s", "--symbol", "symbols", multiple=True, help="Instrument to check on; may be repeated.")
@click.option(
    "-t", "--timeframe", default="H1", show_default=True, help="Length of a bar: S, M or H with a number, D or W."
)
@click.option("--vendor", help="Whose bars.  [default: the vendor with the longest time in common]")
@click.option("-p", "--param", "assignments", multiple=True, metavar="NAME=VALUE", help="Strategy parameter.")
@_folder
@_json
def check(name: str, folder: Path | None, as_json: bool, **told: Any) -> int:
    """Prove that a strategy does not look ahead: change the future of real bars and compare the past, bit for bit.

    Exit code 1 when it does, naming each field and indicator that changed and the first bar. Without stored bars the
    generated reference market is used.

    \b
    Example:
      mbats strategy check RsiBracket --symbol EUR_USD --timeframe H1
    """
    from mbats.bootstrap.checking import check_named
    from mbats.cli.strategy_tables import show_check
    from mbats.pipelines.strategy_check import GENERATED
    from mbats.settings import Settings

    timeframe = _timeframe(told.pop("timeframe"))
    checked = check_named(
        name, timeframe=timeframe, folder=_chosen(folder), settings=Settings.from_environment(), **told
    )
    show_check(checked, as_json=as_json)
    generated = checked.origin == GENERATED
    same = [name, *_options(checked, told["assignments"], generated=generated), "--timeframe", str(timeframe)]
    if not checked.proven:
        next_step(shlex.join(["mbats", "strategy", "check", *same, *(["--folder", str(folder)] if folder else [])]))
    elif generated:
        next_step("mbats demo")
    else:
        found_in = f"MBATS_STRATEGIES={shlex.quote(str(folder))} " if folder else ""
        next_step(found_in + shlex.join(["mbats", "backtest", "run", *same]))
    return 0 if checked.proven else 1


def _options(checked: StrategyCheck, assignments: tuple[str, ...], *, generated: bool) -> list[str]:
    """Return the options that say on which bars and with which parameters a strategy was checked."""
    vendor = ["--vendor", *checked.vendors] if len(checked.vendors) == 1 and not generated else []
    symbols = [word for symbol in checked.symbols for word in ("--symbol", symbol)]
    return [*symbols, *vendor, *(word for text in assignments for word in ("--param", text))]


def _chosen(folder: Path | None) -> Path:
    """Return the folder that was named, or the one of the settings."""
    from mbats.settings import Settings

    return folder.absolute() if folder else Settings.from_environment().strategies


def _timeframe(text: str) -> Timeframe:
    from mbats.market.timeframe import Timeframe

    try:
        return Timeframe(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--timeframe") from error
