"""How commands speak: results on stdout, everything about the work itself on stderr."""

from __future__ import annotations

import json
import logging
import math
import os
import sys
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.table import Table

logger = logging.getLogger("mbats.cli")

_WIDTH_OF_A_FILE = 140
_BOUNDLESS = 10_000
_SECONDS_BETWEEN_LINES = 5.0


def console() -> Console:
    """Return a console for results: stdout, in colour on a terminal, wide enough for tables elsewhere."""
    return _console(stderr=False)


def progress_console() -> Console:
    """Return a console for progress and hints: stderr."""
    return _console(stderr=True)


def emit(payload: Mapping[str, Any] | Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print a result: one JSON document, or a table for people (of names and values, or a row a mapping)."""
    if as_json:
        sys.stdout.write(json.dumps(plain(payload), indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    elif isinstance(payload, Mapping):
        console().print(table(["name", "value"], list(payload.items()), header=False))
    else:
        console().print(table(list(payload[0]) if payload else [], [list(row.values()) for row in payload]))


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    title: str | None = None,
    *,
    header: bool = True,
    optional: Sequence[str] = (),
) -> Table:
    """Return a table to print: numbers on the right, None as "n/a".

    Words, numbers and times stay whole and texts wrap between words. Where that needs more room than there is, the
    `optional` columns are left out one by one, the first first; if even that is not enough, words are broken.
    """
    content = [dict(zip(columns, row, strict=True)) for row in rows]
    screen, left_out = console(), list[str]()
    boundless = screen.options.update(width=_BOUNDLESS)
    while True:
        shown = [name for name in columns if name not in left_out]
        result = _table(shown, content, title, header=header, whole=True)
        if screen.measure(result, options=boundless).minimum <= screen.width:
            break
        if len(left_out) == len(optional):
            result = _table(shown, content, title, header=header, whole=False)
            break
        left_out.append(optional[len(left_out)])
    if left_out:
        result.caption, result.caption_justify = f"For want of width without: {', '.join(left_out)}", "left"
    return result


def _table(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], title: str | None, *, header: bool, whole: bool
) -> Table:
    from rich import box
    from rich.table import Table

    result = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_header=header, pad_edge=False)
    result.padding = (0, 1, 0, 0)
    for name in columns:
        values = [row[name] for row in rows]
        texts = any(isinstance(value, str) for value in values)
        numeric = not texts and any(isinstance(value, int | float | Decimal) for value in values)
        unbroken = whole and not any(isinstance(value, str) and " " in value for value in values)
        width = max(map(len, [name, *map(cell, values)])) if unbroken else None
        justify: Literal["left", "right"] = "right" if numeric else "left"
        result.add_column(name, justify=justify, overflow="fold", no_wrap=unbroken, min_width=width)
    for row in rows:
        result.add_row(*(cell(row[name]) for name in columns))
    return result


def cell(value: Any) -> str:
    """Return how a table shows `value`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "n/a"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(cell, value)) if isinstance(value, tuple) else str(value)


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"


def plain(value: Any) -> Any:
    """Return `value` made of what JSON knows; an undefined number becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _scalar(value.tolist() if hasattr(value, "tolist") else value)


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    return plain(value) if isinstance(value, list) else str(value)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far long work is: a bar on a terminal, a log line every few seconds elsewhere.

    Yields a function to call with the amount of work just done, in the unit of `total`.
    """
    screen = progress_console()
    shown = _bar(screen, what, total) if screen.is_terminal else _lines(what, total)
    with shown as advance:
        yield advance


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal what is waited for, some seconds at most; say nothing elsewhere."""
    screen = progress_console()
    with screen.status(f"{what} ...") if screen.is_terminal else nullcontext():
        yield


def tell(line: str) -> None:
    """Tell how far the work is."""
    click.echo(line, err=True)


def next_step(command: str) -> None:
    """Tell which command to type next."""
    progress_console().print(f"Next: [bold]{command}[/bold]", highlight=False, soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    width = None if terminal or "COLUMNS" in os.environ else _WIDTH_OF_A_FILE
    return Console(stderr=stderr, width=width)


@contextmanager
def _bar(screen: Console, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    left = (TextColumn("left"), TimeRemainingColumn())
    extent = (SpinnerColumn(),) if total is None else (BarColumn(), MofNCompleteColumn(), *left)
    columns = (TextColumn("{task.description}"), *extent, TextColumn("so far"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda amount: bar.advance(task, amount)


@contextmanager
def _lines(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from time import monotonic

    done, last, before = 0, monotonic(), 0
    logger.info("%s: started", what, extra={"total": total} if total else {})

    def advance(amount: int) -> None:
        nonlocal done, last, before
        done += amount
        if (passed := monotonic() - last) >= _SECONDS_BETWEEN_LINES:
            left = {"seconds_left": round((total - done) * passed / max(done - before, 1))} if total else {}
            last, before = monotonic(), done
            logger.info("%s: under way", what, extra={"done": done, "total": total or "unknown", **left})

    yield advance
    logger.info("%s: done", what, extra={"done": done})
