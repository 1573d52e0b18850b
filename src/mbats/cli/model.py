"""Learn from the past, and find out what was learnt."""

from __future__ import annotations

import click

from mbats.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "train": ("mbats.cli.model_train:train", "Train a model, judge it and register it as a challenger."),
    "list": ("mbats.cli.model_list:list_models", "List models, or the versions of one."),
}
"""Where each command is and what help says of it: one line a command, its module named `mbats.cli.model_NAME`."""


@click.group(cls=LazyGroup, table=COMMANDS)
def model() -> None:
    """Train models, judge them and choose which one trades.

    \b
    Example:
      mbats model train EUR_USD
    """
