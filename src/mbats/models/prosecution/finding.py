from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Charge(StrEnum):
    """What something is accused of; each is explained in docs/validation.md."""

    FUTURE_BARS = "future bars"
    WHOLE_HISTORY = "whole history"
    UNFINISHED_PERIOD = "unfinished period"
    OTHER_INSTRUMENT_EARLY = "other instrument early"
    SERIES_EARLY = "series early"
    NOT_REPEATABLE = "not repeatable"
    LABEL_OF_THE_PAST = "label of the past"
    LABEL_BEYOND_ITS_END = "label beyond its end"
    TARGET_IN_FEATURES = "target in features"
    SCALED_ON_ALL_ROWS = "scaled on all rows"
    DUPLICATE_ROWS = "duplicate rows"
    SHUFFLED_SPLIT = "shuffled split"
    FOLDS_OVERLAP = "folds overlap"
    MOMENT_DIVIDED = "moment divided"
    LABELS_OVERLAP = "labels overlap"
    EMBARGO_BROKEN = "embargo broken"
    TEST_REUSED = "test reused"
    FITTED_ON_TEST = "fitted on test rows"
    FITTED_ON_TEST_LABELS = "fitted on test labels"
    FITTED_ON_PURGED = "fitted on purged rows"
    USED_TOO_EARLY = "used too early"
    NOISE_CANARY = "noise canary"
    PERMUTED_LABELS = "permuted labels"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that knows what it may not know.

    Attributes
    ----------
    name
        The charge.
    subject
        The feature, label, fold or control that is accused.
    where
        File and line of a feature's code; else the place in a dataset or in its splits.
    detail
        What was seen, in a sentence.
    row, time
        First row concerned, and its moment (for a feature the opening of its bar), nanoseconds UTC.
    """

    name: Charge
    subject: str
    where: str
    detail: str
    row: int | None = None
    time: int | None = None
