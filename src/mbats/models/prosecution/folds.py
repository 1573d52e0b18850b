"""Whether trainings know their tests: rows, moments, labels and embargoes, held against the definitions themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.market.columns import FlagColumn, IntColumn, TimeColumn
    from mbats.models.validation.split import Split

_SHORTEST_BLOCK = 5


def prosecute_folds(
    start: TimeColumn,
    end: TimeColumn,
    splits: Sequence[Split],
    *,
    embargo: int = 0,
    paths: int = 1,
    chosen_on: Sequence[Split] = (),
) -> list[Finding]:
    """Accuse splits of rows whose labels reach from `start` to `end`.

    Parameters
    ----------
    embargo
        That is claimed to be kept after each test block, nanoseconds.
    paths
        How often a row may be tested: more than once only by combinatorial splits, which tell their number.
    chosen_on
        Splits on which features, hyper-parameters or models were chosen; their tests say nothing about what was.
    """
    findings = [
        found for number, split in enumerate(splits, 1) for found in _of_split(start, end, split, number, embargo)
    ]
    return findings + list(_reused(start, splits, paths)) + list(_chosen(start, splits, chosen_on))


def meeting(rows: IntColumn, others: IntColumn, start: TimeColumn, end: TimeColumn) -> IntColumn:
    """Return those of `rows` whose label meets that of any of `others`, ends included.

    Of the others, those begun by a row's end, less those ended before its start, meet it.
    """
    begun = np.searchsorted(np.sort(start[others]), end[rows], side="right")
    over = np.searchsorted(np.sort(end[others]), start[rows], side="left")
    return rows[begun > over]


def tested_blocks(start: TimeColumn, test: IntColumn) -> list[IntColumn]:
    """Return the test rows in blocks: runs of decision moments between which no other moment lies."""
    place = np.unique(start, return_inverse=True)[1]
    tested = np.unique(place[test])
    run = np.cumsum(np.concatenate([[0], np.diff(tested) > 1]).astype(np.int64))
    number = run[np.searchsorted(tested, place[test])]
    return [test[number == block] for block in range(int(run[-1]) + 1)] if len(tested) else []


def _of_split(start: TimeColumn, end: TimeColumn, split: Split, number: int, embargo: int) -> Iterator[Finding]:
    where, subject = f"split {number}", "folds"
    blocks = tested_blocks(start, split.test)
    moments = len(np.unique(start[split.test]))
    if len(blocks) > _SHORTEST_BLOCK and moments < _SHORTEST_BLOCK * len(blocks):
        detail = (
            f"its {moments} test moments lie in {len(blocks)} pieces between training rows: they were drawn at random"
        )
        yield Finding(Charge.SHUFFLED_SPLIT, subject, where, detail, *_first(split.test, start))
    for charge, rows, detail in (
        (Charge.FOLDS_OVERLAP, np.intersect1d(split.train, split.test), "{} rows are trained on and tested"),
        (
            Charge.MOMENT_DIVIDED,
            split.train[np.isin(start[split.train], start[split.test])],
            "{} training rows share their decision moment with a test row",
        ),
        (
            Charge.LABELS_OVERLAP,
            meeting(split.train, split.test, start, end),
            "the labels of {} training rows overlap labels of the test: they should be purged",
        ),
        (
            Charge.EMBARGO_BROKEN,
            split.train[_embargoed(split.train, blocks, start, end, embargo)],
            "{} training rows lie in the embargo after a test block",
        ),
    ):
        if len(rows):
            yield Finding(charge, subject, where, detail.format(f"{len(rows):,}"), *_first(rows, start))


def _embargoed(
    train: IntColumn, blocks: Sequence[IntColumn], start: TimeColumn, end: TimeColumn, embargo: int
) -> FlagColumn:
    kept = np.zeros(len(train), dtype=np.bool_)
    for block in blocks:
        last = end[block].max()
        kept |= (start[train] > last) & (start[train] <= last + embargo)
    return kept


def _reused(start: TimeColumn, splits: Sequence[Split], paths: int) -> Iterator[Finding]:
    tested = np.concatenate([split.test for split in splits]) if splits else np.zeros(0, dtype=np.int64)
    times = np.bincount(tested, minlength=len(start))
    rows = np.flatnonzero(times > paths)
    if len(rows):
        detail = f"{len(rows):,} rows are tested {int(times.max())} times, {paths} would do"
        yield Finding(Charge.TEST_REUSED, "folds", "all splits", detail, *_first(rows, start))


def _chosen(start: TimeColumn, splits: Sequence[Split], chosen_on: Sequence[Split]) -> Iterator[Finding]:
    if not splits or not chosen_on:
        return
    used = np.unique(np.concatenate([rows for split in chosen_on for rows in (split.train, split.test)]))
    for number, split in enumerate(splits, 1):
        rows = np.intersect1d(split.test, used)
        if len(rows):
            detail = f"{len(rows):,} of its {len(split.test):,} test rows had a part in the choice that it judges"
            yield Finding(Charge.TEST_REUSED, "choice", f"split {number}", detail, *_first(rows, start))


def _first(rows: IntColumn, start: TimeColumn) -> tuple[int, int]:
    row = int(rows[0])
    return row, int(start[row])
