from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.columns import IntColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to train on and to test on, each ascending."""

    train: IntColumn
    test: IntColumn


class Splitter(Protocol):
    """A way to divide labelled rows by time into trainings and tests."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters, as JSON takes them."""
        ...

    @property
    def embargo(self) -> Length:
        """How long after a test block nothing is trained on."""
        ...

    def split(self, start: TimeColumn, end: TimeColumn | None) -> Sequence[Split]:
        """Return the splits of rows whose labels reach from `start` to `end`, nanoseconds UTC, in any order.

        Rows of one decision moment, whatever their instrument, are never divided between training and test.

        Raises
        ------
        mbats.errors.validation.LabelsWithoutEnd, TooFewMoments, NothingToTrainOn
        """
        ...


Length = int | float
"""Of time: an int is nanoseconds, a float a share of the time from the first decision to the last."""


def nanoseconds(length: Length, moments: TimeColumn) -> int:
    """Return `length` in nanoseconds; `moments` are the ascending decision moments that a share is of.

    Shares are exact and rounded up, so that ten tenths leave no moment over.
    """
    return length if isinstance(length, int) else ceil(Fraction(repr(length)) * int(moments[-1] - moments[0] + 1))
