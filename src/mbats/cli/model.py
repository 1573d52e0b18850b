"""Learn from the past, and find out what was learnt."""

from __future__ import annotations

import click

from mbats.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "train": ("mbats.cli.model_train:train", "Train a model, judge it and register it as a challenger."),
    "check": ("mbats.cli.model_check:check", "Search a model, or features, for leaks."),
    "promote": ("mbats.cli.model_promote:promote", "Make the best challenger champion, if it passes every gate."),
    "rollback": ("mbats.cli.model_promote:rollback", "Take champion or live back to the version before."),
    "retrain": ("mbats.cli.model_retrain:retrain", "Train a model anew on newer bars, and promote what is better."),
    "drift": ("mbats.cli.model_retrain:drift", "Say how far the market has left a model behind."),
    "list": ("mbats.cli.model_list:list_models", "List models, or the versions of one."),
    "serve": ("mbats.cli.model_serve:serve", "Answer a model's scores by REST, following its champion."),
    "reproduce": ("mbats.cli.model_reproduce:reproduce", "Train a version once more and compare it bit for bit."),
}
"""Where each command is and what help says of it: one line a command, its module named `mbats.cli.model_NAME`."""


@click.group(cls=LazyGroup, table=COMMANDS)
def model() -> None:
    """Train models, judge them and choose which one trades.

    \b
    Example:
      mbats model train EUR_USD
    """
