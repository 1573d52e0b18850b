from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step, progress

if TYPE_CHECKING:
    from mbats.pipelines.training.training import Training


@click.command()
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL[,SYMBOL]...")
@click.option("--name", help="What the model is called.  [default: its instruments]")
@click.option("-t", "--timeframe", default="H1", show_default=True, help="Length of a bar: S, M or H with a number, D.")
@click.option("--start", help="First day or moment to learn from, UTC unless it names a zone.  [default: all there is]")
@click.option("--end", help="Up to this day or moment, not included.  [default: all there is]")
@click.option("--vendor", help="Whose bars, where the master has several vendors'.")
@click.option("--alignment", type=click.Choice(["ny17", "utc", "session"]), help="Where a day of those bars begins.")
@click.option("--snapshot", help="Read this snapshot instead of the master.")
@click.option(
    "-f",
    "--features",
    multiple=True,
    default=("default",),
    show_default=True,
    help="Feature (log_return:5) or set of features; may be repeated.",
)
@click.option("--label", default="sign:12", show_default=True, help="What to predict: sign:12, forward-return:12, ...")
@click.option("--estimator", default="lightgbm", show_default=True, help="What learns: lightgbm, logistic, ridge, ...")
@click.option("-p", "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Hyper-parameter.")
@click.option("--validation", default="purged-k-fold", show_default=True, help="How time is split to judge the model.")
@click.option("--folds", type=click.IntRange(min=2), help="How many folds.  [default: 5]")
@click.option("--embargo", metavar="LENGTH", help="Left out after each test: 12h, 3d or a share.  [default: 0.01]")
@click.option(
    "--walk-forward",
    default="0.1",
    show_default=True,
    metavar="STEP",
    help="How often to train anew, so that backtests use what was known: 90d, a share of the time, or none.",
)
@click.option("--search", type=click.IntRange(min=0), default=0, metavar="N", help="Try N sets of hyper-parameters.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of all that is drawn.")
@click.option("--controls/--no-controls", default=True, help="Also train where nothing can be learnt.  [default: yes]")
@click.option("--costs", default="oanda-us", show_default=True, help="Named cost model.")
@click.option("--cash", default="100000", show_default=True, help="Balance of the account that trades the scores.")
@click.option("--currency", default="USD", show_default=True, help="Its currency.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def train(as_json: bool, **options: Any) -> None:
    """Train a model, judge it out of fold and register it as a challenger.

    Scores are of rows that no fit behind them has seen: folds are purged by the ends of their labels. The registered
    version holds a fit for each step of time, so that a backtest uses the one that would have been in use.

    \b
    Examples:
      mbats model train EUR_USD
      mbats model train EUR_USD USD_JPY --estimator logistic --label triple-barrier --search 20
    """
    from mbats.bootstrap.training import TrainingOptions, train_from
    from mbats.cli.model_tables import backtest_of, print_training
    from mbats.settings import Settings

    options["symbols"] = [symbol for text in options["symbols"] for symbol in text.split(",") if symbol]
    training = train_from(TrainingOptions(**options), Settings.from_environment(), progress)
    if as_json:
        emit(described(training), as_json=True)
    else:
        print_training(training)
    next_step(backtest_of(training.version))


def described(training: Training) -> dict[str, Any]:
    """Return a training as plain values, for ``--json``."""
    version, manifest = training.version, training.version.manifest
    return {
        "model": version.reference,
        "id": version.id,
        "run": training.run,
        "estimator": manifest["estimator"],
        "parameters": manifest["parameters"],
        "label": manifest["label"],
        "snapshot": manifest["snapshot"],
        "dataset": training.dataset.id,
        "rows": len(training.dataset),
        "columns": manifest["columns"],
        "fingerprint": manifest["fingerprint"],
        "commit": manifest["commit"],
        "lock": manifest["lock"],
        "synthetic": manifest["synthetic"],
        "metrics": manifest["metrics"],
        "fits": manifest["fits"],
        "challenger": training.passed,
        "tried": len(training.judged),
        "deflation": training.deflation,
        "verdict": training.verdict,
    }
