"""A dataset is joined by what was known when: rows do not change with what came later, nor with other instruments."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.object_store import FakeObjectStore
from mbats.errors.base import MbatsError
from mbats.execution.costs import OANDA_US
from mbats.features.discovery import feature_set
from mbats.models.datasets.building import build
from mbats.models.datasets.keeping import keep, open_dataset
from mbats.models.datasets.labelling import label_from
from parity.native_cases import bars_of
from parity.venue_cases import HOUR, hourly, quoted

SEEDS = st.integers(0, 2**32 - 1)
LABELS = st.sampled_from(["sign:3", "forward-return:5", "triple-barrier:bars=4,period=3,stop=1,target=1"])
COLUMNS = ("start", "end", "features", "label", "outcome", "weight")


def features(folder):
    return feature_set(["log_return:1", "rsi:5", "volatility:4", "stochastic_k:5,2"], folder)


def market(seed, symbols=("EUR_USD", "GBP_USD"), rows=70):
    rng = np.random.default_rng(seed)
    return {symbol: hourly(quoted(rng, bars_of(rng, symbol, rows, step=HOUR))) for symbol in symbols}


def built(bars, folder, label, **options):
    try:
        return build("s", bars, features(folder), label_from(label), OANDA_US, symbols=list(bars), **options)
    except MbatsError:
        return None


def other_future(bars, when, seed):
    rng = np.random.default_rng(seed)
    later = bars.known_at > when

    def side(quotes):
        grown = np.where(later, rng.uniform(0.5, 2.0), 1.0)
        names = ("open", "high", "low", "close")
        return replace(quotes, **{name: getattr(quotes, name) * grown for name in names})

    return replace(bars, mid=side(bars.mid), bid=side(bars.bid), ask=side(bars.ask))


def by_key(dataset):
    return {key: row for row, key in enumerate(zip(dataset.instrument.tolist(), dataset.time.tolist(), strict=True))}


@settings(max_examples=30)
@given(SEEDS, LABELS, st.data())
def test_what_came_later_changes_no_row(tmp_path_factory, seed, label, data) -> None:
    folder, bars = tmp_path_factory.getbasetemp(), market(seed)
    before = built(bars, folder, label)
    if before is None:
        return
    when = int(before.start[data.draw(st.integers(0, len(before) - 1))])
    after = built({name: other_future(one, when, data.draw(SEEDS)) for name, one in bars.items()}, folder, label)
    if after is None:
        return
    place = by_key(after)
    for key, row in by_key(before).items():
        if key in place and before.start[row] <= when:
            assert np.array_equal(before.features[row], after.features[place[key]], equal_nan=True)
        if before.end[row] <= when:
            assert before.label[row] == after.label[place[key]]
            assert before.outcome[row] == after.outcome[place[key]]
            assert before.end[row] == after.end[place[key]]


@settings(max_examples=30)
@given(SEEDS, LABELS, st.integers(0, 60), st.integers(10, 75))
def test_a_range_is_a_part_of_the_whole_and_looks_at_nothing_after_it(
    tmp_path_factory, seed, label, first, length
) -> None:
    folder, bars = tmp_path_factory.getbasetemp(), market(seed)
    clock = bars["EUR_USD"].time[0] + np.arange(80) * HOUR
    start, end = int(clock[first]), int(clock[min(79, first + length)])
    whole, part = built(bars, folder, label), built(bars, folder, label, start=start, end=end)
    if whole is None or part is None:
        return
    place = by_key(whole)
    for key, row in by_key(part).items():
        assert start <= part.time[row] < end
        for name in ("features", "label", "outcome", "start", "end"):
            ours, theirs = getattr(part, name)[row], getattr(whole, name)[place[key]]
            assert np.array_equal(ours, theirs, equal_nan=True), name
    assert part.end.max() <= max(one.known_at[one.time < end].max() for one in bars.values() if (one.time < end).any())


@settings(max_examples=20)
@given(SEEDS, LABELS)
def test_what_is_kept_is_what_was_built(tmp_path_factory, seed, label) -> None:
    store, dataset = FakeObjectStore(), built(market(seed), tmp_path_factory.getbasetemp(), label)
    if dataset is None:
        return
    keep(store, dataset)
    found = open_dataset(store, dataset.id)
    assert (np.diff(found.start) >= 0).all()
    for name in COLUMNS:
        assert np.array_equal(getattr(found, name), getattr(dataset, name), equal_nan=True), name
