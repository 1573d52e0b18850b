"""How `mbats data` shows its results."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mbats.cli.console import console, emit, next_step, progress_console, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.check import Verdict
    from mbats.secmaster.repository import Holding, IngestionCount, SeriesHolding

_GAPS_SHOWN = 5


def show_holdings(bars: list[Holding], series: list[SeriesHolding], *, as_json: bool) -> None:
    """Print what the securities master has."""
    if as_json:
        emit({"bars": [asdict(held) for held in bars], "series": [asdict(held) for held in series]}, True)
        return
    head = ("symbol", "timeframe", "vendor", "day from", "bars", "first", "last", "flagged", "synthetic")
    rows = [
        (
            *(h.key.symbol, h.key.timeframe, h.key.vendor, str(h.key.alignment), h.rows),
            *(f"{h.first:%Y-%m-%d}", f"{h.last:%Y-%m-%d}", h.flagged, h.synthetic),
        )
        for h in bars
    ]
    console().print(table(head, rows, title="Bars", optional=["flagged", "day from"]))
    if series:
        shown = [(h.name, ", ".join(h.columns), h.rows, f"{h.first:%Y-%m-%d}", f"{h.last:%Y-%m-%d}") for h in series]
        console().print(table(("series", "columns", "rows", "first", "last"), shown, title="Series"))
    next_step("mbats data check" if bars else "mbats data import FILE")


def show_counts(
    counts: list[IngestionCount], notes: tuple[str, ...] = (), held: Sequence[Holding] = (), *, as_json: bool
) -> None:
    """Print what an import did; `held` is all that the master has now."""
    if as_json:
        emit({"stored": [asdict(count) for count in counts], "notes": notes}, True)
        return
    head = ("stored as", "read", "inserted", "revised", "unchanged", "flagged")
    rows = [(str(c.key), c.read, c.inserted, c.revised, c.unchanged, c.flagged) for c in counts]
    console().print(table(head, rows))
    for note in notes:
        progress_console().print(f"Note: {note}", highlight=False, soft_wrap=True)
    key = counts[0].key if counts else ""
    if isinstance(key, str):
        next_step("mbats data list")
        return
    vendors = {holding.key.vendor for holding in held if holding.key.symbol == key.symbol}
    vendor = f" --vendor {key.vendor}" if len(vendors) > 1 else ""
    next_step(f"mbats data check {key.symbol}{vendor}")


def show_verdicts(verdicts: list[Verdict], *, as_json: bool) -> None:
    """Print what a check found, with the longest gaps."""
    if as_json:
        emit([_document(verdict) for verdict in verdicts], True)
        return
    screen = console()
    for verdict in verdicts:
        head = ("finding", "severity", "bars", "share", "first", "meaning")
        rows = [
            (f.finding, f.severity.value, f.bars, f"{f.share:.2%}", _shown(f.first), f.meaning)
            for f in verdict.findings
        ]
        screen.print(table(head, rows, title=f"{verdict.key}: {verdict.rows:,} bars: {verdict.severity}"))
        if verdict.gaps:
            gaps = [(_shown(gap.start), _shown(gap.end), gap.missing) for gap in verdict.gaps[:_GAPS_SHOWN]]
            title = f"The longest of {len(verdict.gaps):,} gaps"
            screen.print(table(("from", "to", "missing bars"), gaps, title=title))
    key = verdicts[0].key
    next_step(f"mbats data snapshot {key.symbol} --timeframe {key.timeframe} --vendor {key.vendor}")


def _document(verdict: Verdict) -> dict[str, Any]:
    findings = [asdict(finding) | {"first": _shown(finding.first)} for finding in verdict.findings]
    gaps = [{"start": _shown(gap.start), "end": _shown(gap.end), "missing": gap.missing} for gap in verdict.gaps]
    return {
        "key": asdict(verdict.key),
        "bars": verdict.rows,
        "severity": verdict.severity.value,
        "findings": findings,
        "gaps": gaps,
    }


def _shown(time: int | None) -> str | None:
    from mbats.secmaster.moments import moment

    return None if time is None else moment(time)
