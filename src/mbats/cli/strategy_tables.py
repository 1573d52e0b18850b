"""What ``mbats strategy`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, table
from mbats.market.local_time import moment
from mbats.market.reference.notice import NOTICE
from mbats.strategies.parameters import describe

if TYPE_CHECKING:
    from mbats.pipelines.strategy_check import StrategyCheck
    from mbats.strategies.causality import Leak
    from mbats.strategies.discovery import Discovery, StrategySource


def show_strategies(found: Discovery, *, as_json: bool) -> None:
    """Print the strategies there are, and on stderr why some files cannot be used."""
    if as_json:
        broken = [str(error) for error in found.broken]
        emit({"strategies": [_described(source) for source in found.sources], "broken": broken}, as_json)
    else:
        rows = [
            (source.name, source.kind, _defaults(source), source.reference.partition(":")[0])
            for source in found.sources
        ]
        console().print(table(["name", "kind", "parameters", "where from"], rows, optional=["where from"]))
    for error in found.broken:
        click.echo(f"error: {error}", err=True)


def show_check(check: StrategyCheck, *, as_json: bool) -> None:
    """Print the verdict: a row for each set of bars, then a row for each column that looks ahead."""
    if as_json:
        emit(_verdict(check), as_json)
        return
    rows = [(result.market, len(result.cuts), "no" if result.proven else "YES") for result in check.results]
    whose = f", vendor {', '.join(check.vendors)}" if check.vendors else ""
    title = f"{check.strategy} on bars of {check.origin}{whose}"
    console().print(table(["checked on", "cuts", "looks ahead"], rows, title=title))
    leaks = [_row(leak) for result in check.results for leak in result.leaks]
    if leaks:
        columns = ["looks ahead", "first row", "bar", "changed when bars after", "were"]
        console().print(table(columns, [tuple(leak.values()) for leak in leaks]))
    for note in _notes(check):
        click.echo(f"note: {note}", err=True)


def _described(source: StrategySource) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "parameters": [asdict(parameter) for parameter in describe(source)],
        "reference": source.reference,
        "path": str(source.path),
        "digest": source.digest,
    }


def _defaults(source: StrategySource) -> str:
    return ", ".join(f"{parameter.name}={parameter.default}" for parameter in describe(source))


def _verdict(check: StrategyCheck) -> dict[str, Any]:
    results = [{**asdict(result), "leaks": [_row(leak) for leak in result.leaks]} for result in check.results]
    facts = {name: getattr(check, name) for name in ("strategy", "kind", "origin", "symbols", "vendors", "synthetic")}
    return {**facts, "looks_ahead": not check.proven, "results": results, "notes": _notes(check)}


def _row(leak: Leak) -> dict[str, Any]:
    return {"column": leak.column, "row": leak.row, "time": moment(leak.time), "cut": leak.cut, "future": leak.change}


def _notes(check: StrategyCheck) -> list[str]:
    notes = [f"{result.market}: {note}" for result in check.results for note in result.notes]
    return [*notes, NOTICE] if check.synthetic else notes
