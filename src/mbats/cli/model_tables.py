"""How `mbats model train` and `mbats model list` show their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.cli.console import cell, console, table
from mbats.market.local_time import moment
from mbats.reports.information import information

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.models.prosecution.controls import Control
    from mbats.models.version import Version
    from mbats.pipelines.training.training import Training

_CLASS = ("log_loss", "auc")
_NUMBER = ("rmse", "r2")
_SECOND = 1_000_000_000


def print_training(training: Training) -> None:
    """Print what was learnt from, how each fold went, and what it comes to."""
    screen, version, data = console(), training.version, training.dataset
    shown = _CLASS if version.manifest["kind"] == "class" else _NUMBER
    columns = ["fold", "test from", "to", "trained", "tested", *shown, "ic", "ic t"]
    rows = [
        [fold.number, _day(fold.start), _day(fold.end), fold.trained, fold.tested, *_figures(fold.figures, shown)]
        for fold in training.chosen.scores.folds
    ]
    total = _figures(training.chosen.scores.figures, shown)
    rows.append(["all", _day(int(data.start.min())), _day(int(data.start.max())), None, len(data), *total])
    screen.print(
        f"{len(data):,} rows of {len(data.columns)} features of {', '.join(data.symbols)}, "
        f"{version.manifest['estimator']}, {len(training.line)} fits"
    )
    screen.print(table(columns, [[_text(value) for value in row] for row in rows], optional=["trained"]))
    if len(training.judged) > 1:
        screen.print(_of_search(training), soft_wrap=True)
    screen.print(_of_money(training))
    screen.print(verdict(training), soft_wrap=True)
    for control in training.controls:
        screen.print(_of_control(control))
    standing = "the challenger" if training.passed else "not made the challenger, for a control has failed"
    screen.print(f"Registered as [bold]{version.reference}[/bold] ({version.id[:12]}), {standing}.", soft_wrap=True)
    seen = _day(int(version.manifest["range"][1]))
    screen.print(
        f"For a promotion it is judged on bars after {seen}; an earlier --end leaves more of them.", soft_wrap=True
    )


def backtest_of(version: Version) -> str:
    """Return the command that trades a version on what it may judge: its own instruments, from its first fit on.

    A version whose only fit has seen every bar of its range may judge none of them: it is searched for leaks instead.
    """
    manifest, usable = version.manifest, version.fits[0].usable_from
    if usable >= manifest["range"][1]:
        return f"mbats model check {version.reference}"
    start = moment((usable // _SECOND + 1) * _SECOND)
    longer = "" if manifest["timeframe"] == "H1" else f" -t {manifest['timeframe']}"
    chosen = f"ModelBracket@{','.join(manifest['symbols'])} -p model={version.reference}{longer}"
    return f"mbats backtest run {chosen} --start {start:%Y-%m-%dT%H:%M:%SZ}"


def verdict(training: Training) -> str:
    """Return in words what the scores are worth."""
    found = information(training.chosen.scores.figures)
    made = " Generated data: it says nothing about any market." if training.version.synthetic else ""
    return f"{found}\nTraded: {training.verdict}{made}"


def _of_search(training: Training) -> str:
    chosen = ", ".join(f"{name} {cell(value)}" for name, value in training.version.manifest["parameters"].items())
    return f"Chosen by information coefficient out of {len(training.judged)} tried: {chosen}."


def _of_control(control: Control) -> str:
    if control.passed is None:
        return f"Control, {control.name}: too few rows to tell."
    found = "as chance has it" if control.passed else "FAILED, something leaks: mbats model check"
    return f"Control, {control.name}: information coefficient {control.ic:+.3f}, {found}."


def _of_money(training: Training) -> str:
    money = training.chosen.money
    if money is None:
        return "No score could be traded."
    return (
        f"Traded out of fold: net {money.net_profit:+,.0f}, gross {money.gross_profit:+,.0f}, "
        f"Sharpe {cell(money.sharpe)}, {money.trades:,} trades, drawdown {abs(money.max_drawdown):.1%}."
    )


def _figures(figures: Mapping[str, float | None], shown: tuple[str, ...]) -> list[Any]:
    return [None if (value := figures.get(name)) is None else f"{value:.4f}" for name in (*shown, "ic", "ic_t")]


def _text(value: Any) -> Any:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value


def _day(time: int) -> str:
    return f"{moment(time):%Y-%m-%d}"
