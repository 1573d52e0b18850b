from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, table, waiting
from mbats.cli.options import applied

if TYPE_CHECKING:
    from mbats.pipelines.promotion.move import Move
    from mbats.pipelines.promotion.verdict import Verdict

judging_options = applied(
    click.option("--gate", "gates", multiple=True, metavar="NAME=BOUND", help="Another bound, or NAME=off."),
    click.option("--strategy", help="What trades the scores.  [default: ModelBracket, for as long as the label]"),
    click.option(
        "-p", "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Parameter of that strategy."
    ),
    click.option("--costs", default="oanda-us", show_default=True, help="Named cost model."),
    click.option("--cash", default="100000", show_default=True, help="Balance of the account that trades."),
    click.option("--currency", default="USD", show_default=True, help="Its currency."),
)


@click.command()
@click.argument("candidates", nargs=-1, required=True, metavar="NAME...")
@click.option("--for", "model", help="The model whose champion is sought.  [default: the first one named]")
@click.option("--to", "alias", type=click.Choice(["champion", "live"]), default="champion", show_default=True)
@click.option("--snapshot", help="Judge on this snapshot instead of all that the master has by now.")
@judging_options
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def promote(candidates: tuple[str, ...], alias: str, as_json: bool, **options: Any) -> int:
    """Judge challengers on bars that none of them has seen, beside the champion, and promote the best that passes.

    NAME is a version (eurusd/3), an alias (eurusd@challenger) or a model, of which its challenger is meant. Of several,
    also of different models, the best by the same evidence becomes champion. The exit code is 1 where nobody is
    promoted. `--to live` is for one that has passed already, by your word alone, and never on generated data.

    \b
    Examples:
      mbats model promote eurusd
      mbats model promote trees/3 ridge/1 --for eurusd --gate trades=50
      mbats model promote eurusd --to live
    """
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if alias == "live":
        if len(candidates) != 1:
            raise click.UsageError("Name the one version that goes live.")
        from mbats.bootstrap.promoting import go_live

        with waiting("Asking MLflow"):
            move = go_live(candidates[0], settings)
        _tell(move, as_json)
        next_step("mbats live status")
        return 0
    from mbats.bootstrap.promoting import PromotionOptions, promote_from

    with waiting("Judging on bars that no candidate has seen"):
        verdict = promote_from(PromotionOptions(candidates=candidates, **options), settings)
    if as_json:
        emit(described(verdict), as_json=True)
    else:
        print_verdict(verdict)
    next_step(_next(verdict))
    return 0 if verdict.winner else 1


@click.command()
@click.argument("name")
@click.option("--alias", type=click.Choice(["champion", "challenger", "live"]), default="champion", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the move as JSON.")
def rollback(name: str, alias: str, as_json: bool) -> None:
    """Take an alias of model NAME back to where it was before it last moved; once more goes one step further.

    Running sessions keep the version that they were started with.

    \b
    Example:
      mbats model rollback eurusd
    """
    from mbats.bootstrap.promoting import roll_back
    from mbats.settings import Settings

    with waiting("Asking MLflow"):
        move = roll_back(name, alias, Settings.from_environment())
    _tell(move, as_json)
    next_step(f"mbats model list {name}")


def described(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values."""
    from dataclasses import asdict

    plain = asdict(verdict)
    plain["judgements"] = [{**asdict(judged), "passed": judged.passed} for judged in verdict.judgements]
    return {**plain, "sentence": verdict.sentence}


def print_verdict(verdict: Verdict) -> None:
    """Print each challenger's gates, and what came of it."""
    period = f"{verdict.start:%Y-%m-%d} to {verdict.end:%Y-%m-%d}, {verdict.bars:,} bars that no candidate has seen"
    console().print(f"Judged on {period}.", highlight=False)
    for judged in verdict.judgements:
        rows = [[gate.name, gate.figure, gate.bound, "passed" if gate.passed else "FAILED"] for gate in judged.gates]
        console().print(table(["gate", "figure", "asked", ""], rows, title=judged.reference))
    if verdict.synthetic:
        console().print("Generated data: this says something about the method, nothing about any market.")
    console().print(verdict.sentence, highlight=False)


def _next(verdict: Verdict) -> str:
    best = verdict.judgements[0]
    leaking = not verdict.winner and any(gate.name == "leaks" for gate in best.failed)
    return f"mbats model check {best.reference}" if leaking else f"mbats model list {verdict.model}"


def _tell(move: Move, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        emit(asdict(move), as_json=True)
        return
    target = "nothing" if move.to is None else f"{move.model}/{move.to}"
    before = "nothing" if move.before is None else f"{move.model}/{move.before}"
    console().print(f"{move.alias.capitalize()} of {move.model}: {target} (was {before}).", highlight=False)
