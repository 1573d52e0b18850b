from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, progress, table
from mbats.cli.model_promote import judging_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.bootstrap.shadowing import Shadow
    from mbats.pipelines.drift.report import DriftReport
    from mbats.pipelines.retraining import Retraining


@click.command()
@click.argument("name")
@click.option("--if-drift", is_flag=True, help="Only where the champion has drifted.")
@click.option("--snapshot", help="Use this snapshot instead of all that the master has by now.")
@judging_options
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def retrain(name: str, if_drift: bool, snapshot: str | None, as_json: bool, **options: Any) -> None:
    """Train model NAME anew by its champion's own plan, and promote what comes of it if it is better.

    Half of the bars that have come since (never fewer than the gate `bars` asks for) are kept from the training and
    judge. For schedulers: the exit code is 0 whether somebody was promoted or not, and also when there is nothing to do
    yet; it is 1 only where something is in the way that a person has to mend. Once more on the same data does nothing.

    \b
    Examples:
      mbats model retrain eurusd
      mbats model retrain eurusd --if-drift
    """
    from mbats.bootstrap.promoting import PromotionOptions
    from mbats.bootstrap.retraining import retrain_from
    from mbats.settings import Settings

    asked = PromotionOptions(candidates=(), snapshot=snapshot, **options)
    done = retrain_from(name, asked, Settings.from_environment(), if_drift=if_drift, watch=progress)
    if as_json:
        emit(_retrained(done), as_json=True)
    elif done.verdict:
        from mbats.cli.model_promote import print_verdict

        print_verdict(done.verdict)
    else:
        console().print(done.sentence, highlight=False)
    next_step(f"mbats model list {done.model}")


@click.command()
@click.argument("name")
@click.option("--session", help="Look at what this live session saw, and at what challengers would have done in it.")
@click.option("--snapshot", help="Look at this snapshot instead of all that the master has by now.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the report to this HTML file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def drift(name: str, session: str | None, snapshot: str | None, output: Path | None, as_json: bool) -> None:
    """Say how far the market has left a version behind: its features, its calibration, its information coefficient.

    NAME is a version, an alias, or a model, of which its champion is meant. With --session it is the model whose
    challengers are set beside the version that the session trades: their journals over the bars that it saw.

    \b
    Examples:
      mbats model drift eurusd -o drift.html
      mbats model drift eurusd --session modelbracket-1f2e
    """
    from mbats.bootstrap.drifting import drift_from, drift_in_session
    from mbats.settings import Settings

    settings = Settings.from_environment()
    beside: Sequence[Shadow] = ()
    if session:
        from mbats.bootstrap.promoting import challengers
        from mbats.bootstrap.shadowing import model_session, shadows

        seen = model_session(session, settings)
        report = drift_in_session(seen, settings)
        beside = shadows(seen, challengers(name, settings), settings)
    else:
        report = drift_from(name, settings, snapshot)
    if output:
        from mbats.bootstrap.drift_page import write_page

        write_page(report, output)
    if as_json:
        emit(_drifted(report, beside), as_json=True)
    else:
        _print(report, beside)
    next_step(f"mbats model retrain {report.model}" if report.drift.drifted else f"mbats model list {report.model}")


def _retrained(done: Retraining) -> dict[str, Any]:
    from mbats.cli.model_promote import described

    return {
        "model": done.model,
        "outcome": done.outcome,
        "sentence": done.sentence,
        "trained": done.trained,
        "drift": _drifted(done.drift) if done.drift else None,
        "verdict": described(done.verdict) if done.verdict else None,
    }


def _drifted(report: DriftReport, beside: Sequence[Shadow] = ()) -> dict[str, Any]:
    from dataclasses import asdict

    told = {**asdict(report), "drifted": report.drift.drifted, "reasons": report.drift.reasons}
    shadowed = [
        {
            "version": shadow.version.reference,
            "traded": shadow.traded,
            "net_profit": shadow.result.performance.net_profit,
            "trades": shadow.result.performance.trades,
            "sharpe": shadow.result.performance.sharpe,
        }
        for shadow in beside
    ]
    return {**told, "shadows": shadowed}


def _print(report: DriftReport, beside: Sequence[Shadow]) -> None:
    drift, scores = report.drift, report.drift.scores
    furthest = sorted(drift.features, key=lambda one: -(one.psi or 0.0))
    rows = [[one.feature, one.psi, one.ks, one.p, "drifted" if one.drifted else ""] for one in furthest]
    title = f"{report.reference}, {report.start:%Y-%m-%d} to {report.end:%Y-%m-%d}"
    console().print(table(["feature", "stability index", "distance", "p", ""], rows, title=title))
    worth = [
        ["information coefficient", scores.ic, scores.late_ic, scores.late_low, scores.late_high],
        ["calibration error", scores.calibration, scores.late_calibration, None, None],
    ]
    console().print(table(["of its predictions", "out of fold", "late", "low", "high"], worth))
    if beside:
        money = [
            [one.version.reference, "trades" if one.traded else "shadow", figures.net_profit, figures.trades]
            for one in beside
            for figures in [one.result.performance]
        ]
        console().print(table(["in the session's bars", "", "net", "closed trades"], money))
    verdict = f"It has drifted: {'; '.join(drift.reasons)}." if drift.reasons else "Nothing has drifted."
    console().print(verdict, highlight=False)
