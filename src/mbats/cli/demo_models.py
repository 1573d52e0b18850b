"""The demo's chapters on models, as people and machines read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.cli.console import cell, console, table

if TYPE_CHECKING:
    from mbats.bootstrap.demo_models import Learnt, ModelDemo
    from mbats.models.version import Version
    from mbats.pipelines.promotion.verdict import Judgement

_COLUMNS = ("model", "estimator", "out of fold, 2024", "later, 2025", "95 % from", "to", "deflated", "gates failed")


def tell_models(story: ModelDemo) -> None:
    """Train, compare, judge and trade: where there is nothing to find, and where something was planted."""
    from mbats.bootstrap.demo_models import PLANTED_LESSON, REFERENCE_LESSON
    from mbats.cli.passport_table import print_passport
    from mbats.market.planted import NOTICE, SIGNAL

    screen = console()
    found = story.learn(REFERENCE_LESSON)
    _print("6. two models learnt from 2024 and were judged on 2025, net of costs", found)
    screen.print("There is nothing to find in this market, and it says so.\n", highlight=False)
    screen.print(f"[bold yellow]{NOTICE}[/bold yellow]\n", highlight=False)
    story.plant()
    found = story.learn(PLANTED_LESSON)
    _print(f"7. the same where a signal of {SIGNAL:g} was planted, judged before costs", found)
    screen.print(f"Planted {SIGNAL:g}. {_found(found)}\n", highlight=False)
    screen.print("8. why was its last trade made? That is what `mbats why` tells of any trade:", highlight=False)
    print_passport(story.why(found.run))


def described(story: ModelDemo) -> list[dict[str, Any]]:
    """Return the chapters as plain values."""
    from mbats.bootstrap.demo_models import PLANTED_LESSON, REFERENCE_LESSON
    from mbats.cli.model_promote import described as judged
    from mbats.market.planted import SIGNAL

    told = []
    for lesson, signal in ((REFERENCE_LESSON, None), (PLANTED_LESSON, SIGNAL)):
        if signal is not None:
            story.plant()
        found = story.learn(lesson)
        told.append(
            {
                "model": lesson.name,
                "planted": signal,
                "versions": [{"id": one.id, "reference": one.reference} for one in found.versions],
                "verdict": judged(found.verdict),
                "run": str(found.run.result.info.id),
                "why": story.why(found.run).trade.reference,
            }
        )
    return told


def _print(title: str, learnt: Learnt) -> None:
    by_id = {judged.version: judged for judged in learnt.verdict.judgements}
    rows = [_row(version, by_id[version.id]) for version in learnt.versions]
    console().print(table(_COLUMNS, rows, title=title, optional=["deflated", "out of fold, 2024"]))
    console().print(learnt.verdict.sentence, highlight=False)
    figures = learnt.run.result.performance
    console().print(
        f"{learnt.best.reference} traded through 2025: {figures.gross_profit:+,.0f} {figures.currency} before costs, "
        f"{figures.net_profit:+,.0f} after them, {figures.trades:,} trades.",
        highlight=False,
    )


def _row(version: Version, judged: Judgement) -> tuple[Any, ...]:
    figures, learnt = judged.figures, version.manifest["metrics"]["out_of_fold"]
    failed = ", ".join(gate.name for gate in judged.failed) or "none"
    coefficients = [_signed(value) for value in (learnt["ic"], figures.ic, figures.ic_low, figures.ic_high)]
    return version.reference, version.manifest["estimator"], *coefficients, _share(figures.deflated), failed


def _found(learnt: Learnt) -> str:
    from mbats.reports.information import information

    figures = learnt.best.figures
    return information({"ic": figures.ic, "ic_low": figures.ic_low, "ic_high": figures.ic_high})


def _signed(value: float | None) -> str:
    return cell(value) if value is None else f"{value:+.3f}"


def _share(value: float | None) -> str:
    return cell(value) if value is None else f"{value:.2f}"
