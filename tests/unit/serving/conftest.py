"""A model that adds its columns up, and what serves it."""

import pytest

from mbats.serving.served import Served


class Sum:
    """A fitted estimator whose score is the sum of a row, times a factor."""

    format = "none"

    def __init__(self, factor=1.0):
        self.factor = factor

    def score(self, features):
        return self.factor * features.sum(axis=1)

    def importance(self):
        return {}

    def dump(self):
        return b""


def served(number=1, factor=1.0, columns=("rsi", "spread")):
    return Served(f"sums/{number}", f"{number:064x}", "number", columns, Sum(factor), synthetic=True)


class Shelf:
    """A registry that holds one version, or fails."""

    def __init__(self, held):
        self.held = held
        self.trouble = None

    def newer(self, known):
        if self.trouble:
            raise self.trouble
        return None if self.held.id == known else self.held


@pytest.fixture
def make():
    return served


@pytest.fixture
def shelf():
    return Shelf(served())
