from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from mbats.cli.console import console, emit, next_step, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.bootstrap.watching import Seen

_log = logging.getLogger(__name__)


@click.command("watchdog")
@click.argument("session", required=False)
@click.option("--every", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds between looks.")
@click.option(
    "--patience",
    type=click.FloatRange(min=1),
    default=30.0,
    show_default=True,
    help="Seconds that a session may be silent before it may enter nothing.",
)
@click.option("--once", is_flag=True, help="Look once and say what there is; exit code 1 where something is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (with --once).")
def watchdog(session: str | None, every: float, patience: float, once: bool, as_json: bool) -> int:
    """Watch live sessions from outside, over a connection of its own: one SESSION, or all.

    Silence, and a venue or a database that does not answer, keep a session from entering; the broker's stops stay. A
    breached loss limit, a position that differs from the books and a duplicate order close everything of the session;
    so does a `flatten` that a silent session does not carry out. `mbats trader` runs a watchdog by itself.

    \b
    Example:
      mbats live watchdog --once
    """
    import asyncio

    from mbats.bootstrap.watching import Watchdogs, watch, watch_once
    from mbats.settings import Settings

    dogs = Watchdogs(Settings.from_environment(), session, patience)
    if not once:
        asyncio.run(watch(dogs, every, _Diary().write))
        return 0
    seen = asyncio.run(watch_once(dogs))
    wrong = any(one.findings for one in seen)
    if as_json:
        emit({"ok": not wrong, "sessions": [_plain(one) for one in seen]}, as_json=True)
    else:
        rows = [
            (one.session, finding.cause, finding.remedy.name.lower(), finding.text)
            for one in seen
            for finding in one.findings
        ]
        rows += [(one.session, "", "", "all is well") for one in seen if not one.findings]
        console().print(table(("session", "finding", "remedy", "because"), rows))
        next_step("mbats live status")
    return 1 if wrong else 0


class _Diary:
    """Logs what changed since the last look."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, ...]] = {}

    def write(self, seen: Sequence[Seen]) -> None:
        for one in seen:
            texts = tuple(finding.text for finding in one.findings)
            if self._last.get(one.session) != texts:
                self._last[one.session] = texts
                _log.info("watched", extra={"session": one.session, "findings": "; ".join(texts) or "none"})


def _plain(one: Seen) -> dict[str, object]:
    findings = [
        {"cause": finding.cause, "remedy": finding.remedy.name.lower(), "text": finding.text}
        for finding in one.findings
    ]
    return {"session": one.session, "flattening": one.flattening, "findings": findings}
