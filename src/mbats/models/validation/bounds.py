"""What the parameters of a splitter may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.validation import BadSplitter

if TYPE_CHECKING:
    from mbats.models.validation.split import Length

_EXAMPLES = {
    "purged-k-fold": "purged-k-fold:folds=5,embargo=0.01",
    "combinatorial": "combinatorial:groups=6,tested=2,embargo=0.01",
    "walk-forward": "walk-forward:train=0.5,step=0.1",
}


def refuse(problem: str, splitter: str) -> BadSplitter:
    """Return the error that says what is wrong with a splitter."""
    name = splitter.partition(":")[0]
    return BadSplitter(splitter=splitter, problem=problem, example=_EXAMPLES[name])


def at_least(least: int, value: int, name: str, splitter: str) -> None:
    """Refuse a count below `least`."""
    if value < least:
        raise refuse(f"{name} must be a whole number of at least {least}", splitter)


def share_or_time(value: Length, name: str, splitter: str, *, zero: bool = True) -> None:
    """Refuse a length below zero, a share of 1 or more, and where `zero` is none, no length."""
    if not (0 <= value < (1 if isinstance(value, float) else float("inf"))) or not (zero or value):
        raise refuse(f"{name} must be a share of the time below 1, such as 0.1, or a time, such as 90d", splitter)
