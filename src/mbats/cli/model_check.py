from __future__ import annotations

import shlex
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, table, waiting

if TYPE_CHECKING:
    from mbats.models.prosecution.finding import Finding
    from mbats.pipelines.model_check import ModelCheck


@click.command()
@click.argument("name", required=False)
@click.option("-f", "--features", multiple=True, help="Check features instead of a model: rsi:14, default; repeatable.")
@click.option("-s", "--symbol", "symbols", multiple=True, help="With --features: instrument to check on; repeatable.")
@click.option("-t", "--timeframe", default="H1", show_default=True, help="With --features: length of a bar.")
@click.option("--vendor", help="With --features: whose bars.  [default: the vendor with the longest time in common]")
@click.option("--label", default="sign:12", show_default=True, help="With --features: what is to be predicted.")
@click.option("--validation", default="purged-k-fold", show_default=True, help="With --features: how time is split.")
@click.option("--estimator", help="With --features: also train this estimator and check its training.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(name: str | None, features: tuple[str, ...], as_json: bool, **told: Any) -> int:
    """Search a model, or features, for leaks: what knows the future, its test or its own label.

    The future of real bars is changed, and features must stay, bit for bit; folds, labels and rows are held against
    their definitions; the training is repeated with other test rows, on noise and on permuted labels. Exit code 1 when
    something is found, with file and line of a feature's code.

    \b
    Examples:
      mbats model check eurusd
      mbats model check --features default --symbol EUR_USD
    """
    from mbats.bootstrap.prosecuting import check_features, check_version
    from mbats.settings import Settings

    if (name is None) == (not features):
        raise click.UsageError("Name either a model or features: mbats model check --features default")
    settings = Settings.from_environment()
    with waiting("Changing the future and looking for it in the past"):
        checked = check_version(name, settings) if name else check_features(features, settings, **told)
    _show(checked, as_json=as_json)
    if not checked.proven:
        next_step(shlex.join(["mbats", "model", "check", *_same(name, features, told)]))
    elif name:
        next_step(shlex.join(["mbats", "model", "promote", name.partition("/")[0].partition("@")[0]]))
    else:
        chosen = [word for text in features for word in ("-f", text)]
        next_step(shlex.join(["mbats", "model", "train", *checked.symbols, *chosen]))
    return 0 if checked.proven else 1


def _same(name: str | None, features: tuple[str, ...], told: dict[str, Any]) -> list[str]:
    if name:
        return [name]
    symbols = [word for symbol in told["symbols"] for word in ("--symbol", symbol)]
    return [*(word for text in features for word in ("--features", text)), *symbols, "--timeframe", told["timeframe"]]


def _show(checked: ModelCheck, *, as_json: bool) -> None:
    from mbats.market.reference.notice import NOTICE

    notes = [*checked.notes, *([NOTICE] if checked.synthetic else [])]
    if as_json:
        findings = [{**asdict(found), "time": _moment(found)} for found in checked.findings]
        facts = {key: getattr(checked, key) for key in checked.__slots__ if key not in {"findings", "notes"}}
        emit({**facts, "leaks": not checked.proven, "findings": findings, "notes": notes}, as_json)
        return
    looked = (len(checked.columns), checked.rows, checked.folds, checked.trained, len(checked.findings))
    title = f"{checked.name} on {', '.join(checked.symbols)}, {checked.origin}"
    console().print(table(["features", "rows", "folds", "training checked", "findings"], [looked], title=title))
    if checked.findings:
        rows = [_row(found) for found in checked.findings]
        console().print(table(["leak", "of", "where", "first at", "what was seen"], rows, optional=["first at"]))
    for note in notes:
        click.echo(f"note: {note}", err=True)


def _row(found: Finding) -> tuple[Any, ...]:
    place = Path(found.where)
    where = place.name if place.is_absolute() else found.where
    return str(found.name), found.subject, where, _moment(found) or "", found.detail


def _moment(found: Finding) -> datetime | None:
    from mbats.market.local_time import moment

    return None if found.time is None else moment(found.time)
