"""Whether features know later bars, later values of other instruments, or later news: change them and see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.errors.feature import FeatureBroken
from mbats.features.feature_set import FeatureSet
from mbats.features.reads import series_in
from mbats.market.counterfactual import differences
from mbats.models.prosecution.blame import line_of_leak
from mbats.models.prosecution.finding import Charge, Finding
from mbats.models.prosecution.other_futures import cuts, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.features.feature import Feature
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.prosecution.other_futures import Part

_PROBES = 6
_NEARLY_ALL = 0.75
_WITHOUT_VALUES = {"missing", "withdrawn", "not published"}
"""Futures that a feature may refuse."""


class _Change(NamedTuple):
    """Rows of a feature that changed although only what was known later than row `cut` did."""

    cut: int
    way: str
    rows: IntColumn


def causality(features: FeatureSet, view: View) -> list[Finding]:
    """Change all that was known after several rows, part by part, and compare every feature up to them, bit for bit.

    Raises
    ------
    FeatureBroken, MalformedFeature, FeatureDataMissing
        A feature cannot be computed on `view` as it is, or on its beginning.
    """
    truth = features.compute(view)
    again = features.compute(view)
    findings, suspects = [], []
    for number, feature in enumerate(features.features):
        rows = np.flatnonzero(differences(truth[:, number], again[:, number]))
        if len(rows):
            findings.append(_not_repeatable(feature, view, int(rows[0])))
        else:
            suspects.append((feature, truth[:, number]))
    for part in parts(view):
        changes = _changes(suspects, view, part)
        findings += [_accused(feature, view, part, found) for (feature, _), found in zip(suspects, changes) if found]  # noqa: B905 - made of one another
    return findings


def _changes(suspects: Sequence[tuple[Feature, FloatColumn]], view: View, part: Part) -> list[list[_Change]]:
    found: list[list[_Change]] = [[] for _ in suspects]
    features = FeatureSet(feature for feature, _ in suspects)
    for cut in cuts(view, part):
        for way, change in part.changes.items():
            seen = _computed(features, change(view, int(view.bars.known_at[cut])), way)
            for number, (_, truth) in enumerate(suspects):
                column = seen[number]
                if column is None:
                    continue
                rows = np.flatnonzero(differences(truth[: cut + 1], column[: cut + 1]))
                if len(rows):
                    found[number].append(_Change(int(cut), way, rows))
    return found


def _computed(features: FeatureSet, view: View, way: str) -> list[FloatColumn | None]:
    """Return one column a feature; None where it refuses a future without values."""
    try:
        return list(features.compute(view).T)
    except FeatureBroken:
        if len(features.features) > 1:
            return [_computed(FeatureSet([feature]), view, way)[0] for feature in features.features]
        if way not in _WITHOUT_VALUES:
            raise
        return [None]


def _not_repeatable(feature: Feature, view: View, row: int) -> Finding:
    detail = "two computations on the same bars differ: it keeps something between calls, or draws at random"
    where = line_of_leak(feature, Charge.NOT_REPEATABLE)
    return Finding(Charge.NOT_REPEATABLE, feature.column, where, detail, row, int(view.bars.time[row]))


def _accused(feature: Feature, view: View, part: Part, changes: Sequence[_Change]) -> Finding:
    first = min(changes, key=lambda change: int(change.rows[0]))
    row = int(first.rows[0])
    charge, seen = _charge(feature, view, part, changes)
    later = "bars" if part.name == "bars" else part.name
    detail = f"{seen}: row {row} changed when {later} known after row {first.cut} were {first.way}"
    return Finding(charge, feature.column, line_of_leak(feature, charge), detail, row, int(view.bars.time[row]))


def _charge(feature: Feature, view: View, part: Part, changes: Sequence[_Change]) -> tuple[Charge, str]:
    if name := series_in([part.name]):
        return Charge.SERIES_EARLY, f"knows values of {name[0]} before they were published or revised"
    if part.name != "bars":
        return Charge.OTHER_INSTRUMENT_EARLY, f"knows bars of {part.name} before they were known"
    return _by_reach([_reach(feature, view, part, row) for row in _probes(changes)], len(view.bars) - 1)


def _by_reach(reaches: Sequence[tuple[int, int]], last: int) -> tuple[Charge, str]:
    """Tell leaks apart by rows, and the last row that each depends on; what the last bar cuts short says nothing."""
    farthest = max(end - row for row, end in reaches)
    if farthest > last // 2 and np.median([end for _, end in reaches]) > _NEARLY_ALL * last:
        return Charge.WHOLE_HISTORY, "depends on all bars to come"
    ahead = {end - row for row, end in reaches if end < last} or {farthest}
    if len(ahead) == 1 and farthest in ahead:
        return Charge.FUTURE_BARS, f"reads {farthest} bar{'' if farthest == 1 else 's'} ahead"
    return Charge.UNFINISHED_PERIOD, f"knows a period's end up to {farthest} bars before it"


def _probes(changes: Sequence[_Change]) -> list[int]:
    """Return rows that are known to look ahead, at several places and distances from a cut."""
    rows = sorted({int(row) for change in changes for row in (change.rows[0], change.rows[-1])})
    return [rows[place] for place in np.unique(np.linspace(0, len(rows) - 1, _PROBES).astype(int))]


def _reach(feature: Feature, view: View, part: Part, row: int) -> tuple[int, int]:
    """Return `row` and the last row of the bars that its value depends on, by halving."""
    single = FeatureSet([feature])
    truth = single.compute(view)[row]
    near, far = row, len(view.bars)
    while far - near > 1:
        middle = (near + far) // 2
        other = _with_bars_changed_from(middle, single, view, part)
        depends = any(differences(truth, column[row : row + 1]).any() for column in other)
        near, far = (middle, far) if depends else (near, middle)
    return row, near


def _with_bars_changed_from(first: int, single: FeatureSet, view: View, part: Part) -> Iterator[FloatColumn]:
    for way, change in part.changes.items():
        column = _computed(single, change(view, int(view.bars.known_at[first - 1])), way)[0]
        if column is not None:
            yield column
