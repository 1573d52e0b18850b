"""How `mbats data ingest` shows what it would do and what it did."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mbats.cli.console import console, emit, next_step, table

if TYPE_CHECKING:
    from mbats.pipelines.download.run import Downloaded, Task


def show_plan(tasks: list[Task], *, as_json: bool) -> None:
    """Print how many pages each download lacks, and from when on."""
    rows = [_planned(task) for task in tasks]
    if as_json:
        emit({"lacking": rows}, True)
        return
    console().print(table(list(rows[0]), [list(row.values()) for row in rows]))
    next_step("the same command without --dry-run")


def show_downloaded(done: list[Downloaded], *, as_json: bool) -> None:
    """Print what was fetched and stored."""
    if as_json:
        emit({"stored": [asdict(one) for one in done]}, True)
        return
    head = ("stored as", "pages", "read", "inserted", "revised", "unchanged", "flagged")
    rows = [(str(d.key), d.pages, d.read, d.inserted, d.revised, d.unchanged, d.flagged) for d in done]
    console().print(table(head, rows))
    key = done[0].key
    next_step(f"mbats data check {key.symbol} --timeframe {key.timeframe} --vendor {key.vendor}")


def _planned(task: Task) -> dict[str, Any]:
    from mbats.secmaster.moments import moment

    download, windows = task.download, task.windows
    first = min((window.start for window in windows), default=None)
    return {
        "symbol": download.symbol,
        "timeframe": download.timeframe.name,
        "wanted from": moment(download.start),
        "pages": len(windows),
        "lacking from": None if first is None else moment(first),
    }
