from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from mbats.cli.console import console, emit, progress, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.bootstrap.demo import Demo
    from mbats.pipelines.check import Verdict
    from mbats.secmaster.repository import IngestionCount

Made = TypeVar("Made")

NEXT = (
    ("mbats strategy new MyIdea", "write a strategy of your own"),
    ("mbats data import FILE", "bring real bars in"),
    ("mbats backtest run RsiBracket -s EUR_USD", "try the sample on one pair"),
    ("mbats exchange serve", "open an exchange of your own to trade at"),
    ("mbats live start RsiBracket -s EUR_USD --venue paper", "trade on it, from a second terminal"),
    ("mbats model train EUR_USD", "train a model of your own"),
    ("mbats why latest", "ask of any trade why it was made"),
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def demo(as_json: bool) -> None:
    """Walk the whole story offline: load a generated market, check it, backtest, report, trade on paper, train models.

    \b
    Example:
      mbats demo
    """
    from mbats.bootstrap.demo import Demo
    from mbats.settings import Settings

    story = Demo(Settings.from_environment(), progress)
    if as_json:
        _tell_machines(story)
    else:
        _tell_people(story)


def _tell_people(story: Demo) -> None:
    from mbats.cli.demo_models import tell_models
    from mbats.cli.run_table import print_run
    from mbats.market.reference.notice import NOTICE

    screen = console()
    screen.print(f"[bold yellow]{NOTICE}[/bold yellow]\n", highlight=False)
    screen.print(_loaded(_chapter("1 of 8: making two years of hourly bars of four pairs", story.load)))
    screen.print(_checked(_chapter("2 of 8: checking them against the market's calendar", story.check)))
    run = story.backtest()
    screen.print("3. backtested and stored", highlight=False)
    print_run(run.result, run.ambiguity, run.evidence)
    path = _chapter("4 of 8: writing the report", lambda: story.report(run))
    screen.print(f"\n4. report: [link=file://{path}]{path}[/link]\n", highlight=False, soft_wrap=True)
    _tell_paper(story)
    tell_models(story.models())
    screen.print(table(("Next, type", "to"), NEXT))


def _tell_paper(story: Demo) -> None:
    from mbats.cli.live_explain import print_explanation
    from mbats.live.store import Condition

    state, found = story.paper()
    text = (
        "5. traded on paper: the market's last two weeks on an exchange of our own, over HTTP, as at a broker, beside "
        f"the backtest of what the session saw ({state.terms.name})"
    )
    console().print(text, highlight=False)
    print_explanation(found, most=3)
    if state.condition is Condition.FAILED:
        console().print(f"The session failed: {state.reason}", highlight=False)


def _tell_machines(story: Demo) -> None:
    from mbats.cli import demo_models, live_explain
    from mbats.cli.run_document import described
    from mbats.market.reference.notice import NOTICE

    counts, verdicts, run = story.load(), story.check(), story.backtest()
    told: dict[str, Any] = {
        "notice": NOTICE,
        "loaded": [{"key": str(count.key), "read": count.read, "inserted": count.inserted} for count in counts],
        "checked": [{"key": str(verdict.key), "severity": str(verdict.severity)} for verdict in verdicts],
        "run": described(run),
        "report": str(story.report(run)),
    }
    state, found = story.paper()
    told["paper"] = {
        "session": state.terms.name,
        "run": str(state.terms.run),
        "condition": str(state.condition),
        "explanation": live_explain.described(found),
    }
    told["models"] = demo_models.described(story.models())
    emit(told, as_json=True)


def _chapter(title: str, work: Callable[[], Made]) -> Made:
    with progress(title):
        return work()


def _loaded(counts: list[IngestionCount]) -> Any:
    rows = [(str(count.key), count.read, count.inserted, count.unchanged, count.flagged) for count in counts]
    return table(("1. loaded", "rows", "new", "unchanged", "flagged"), rows)


def _checked(verdicts: list[Verdict]) -> Any:
    rows = [(str(verdict.key), verdict.rows, str(verdict.severity), _found(verdict)) for verdict in verdicts]
    return table(("2. checked", "bars", "result", "found"), rows)


def _found(verdict: Verdict) -> str:
    return ", ".join(f"{finding.bars} {finding.finding}" for finding in verdict.findings if finding.bars) or "nothing"
