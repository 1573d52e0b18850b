"""Labels know when they are known: nothing after a label's end has a say in it, and none ends before it starts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbats.execution.costs import OANDA_US
from mbats.labels.bracket import Bracket
from mbats.labels.forward import ForwardReturn, Sign
from mbats.labels.meta_label import MetaLabel, Primary
from mbats.labels.triple_barrier import BOTH, LONG, SHORT, TripleBarrier
from mbats.labels.uniqueness import weights
from mbats.models.datasets.labelling import label_from
from parity.native_cases import bars_of
from parity.venue_cases import HOUR, hourly, quoted

ROWS = 60


def primary(bars):
    """Says what a row's own prices say."""
    return np.sign(np.round(bars.close * 1e5) % 3 - 1)


def bracket(bars):
    return Bracket("range", lambda some, _: some.high - some.low + 0.002, stop=1.0, target=1.5, bars=bars)


LABELS = st.one_of(
    st.builds(ForwardReturn, st.integers(1, 12)),
    st.builds(Sign, st.integers(1, 12)),
    st.builds(TripleBarrier, st.builds(bracket, st.integers(1, 12)), st.sampled_from([LONG, SHORT, BOTH])),
    st.builds(MetaLabel, st.builds(bracket, st.integers(1, 12)), st.just(Primary("prices", "", primary))),
    st.sampled_from([label_from("triple-barrier:bars=6,period=5"), label_from("triple-barrier:width=volatility")]),
)
SEEDS = st.integers(0, 2**32 - 1)


def market(seed, rows=ROWS):
    rng = np.random.default_rng(seed)
    return hourly(quoted(rng, bars_of(rng, "EUR_USD", rows, step=HOUR)))


def with_another_future(bars, after, seed):
    """Bars known after a moment are all others, and some of them are missing."""
    rng, past = np.random.default_rng(seed), int((bars.known_at <= after).sum())
    grown = np.where(np.arange(len(bars)) < past, 1.0, rng.uniform(0.5, 2.0))

    def side(quotes):
        prices = (quotes.open, quotes.high, quotes.low, quotes.close)
        return replace(quotes, **dict(zip(("open", "high", "low", "close"), (p * grown for p in prices), strict=True)))

    changed = replace(bars, mid=side(bars.mid), bid=side(bars.bid), ask=side(bars.ask))
    return changed.rows(0, int(rng.integers(past, len(bars) + 1)))


@given(SEEDS, LABELS)
def test_no_label_ends_before_it_starts_and_none_is_known_at_once(seed, label) -> None:
    bars = market(seed)
    labels = label.label(bars, OANDA_US)
    told = ~np.isnan(labels.value)
    assert (labels.end[told] > labels.start[told]).all()
    assert (labels.end[~told] == labels.start[~told]).all()
    assert np.array_equal(labels.start, bars.known_at)
    assert np.isin(labels.end, bars.known_at).all()
    assert np.array_equal(told, ~np.isnan(labels.outcome))
    assert len(labels.value) == len(labels.outcome) == len(bars)


@given(SEEDS, LABELS, st.data())
def test_nothing_after_its_end_has_a_say_in_a_label(seed, label, data) -> None:
    bars = market(seed)
    labels = label.label(bars, OANDA_US)
    told = np.flatnonzero(~np.isnan(labels.value))
    if not len(told):
        return
    row = told[data.draw(st.integers(0, len(told) - 1))]
    again = label.label(with_another_future(bars, labels.end[row], data.draw(SEEDS)), OANDA_US)
    for name in ("value", "outcome", "start", "end"):
        assert getattr(again, name)[row] == getattr(labels, name)[row], name


@given(SEEDS, LABELS)
def test_weights_are_shares_and_no_bar_gives_more_than_itself(seed, label) -> None:
    bars = market(seed)
    labels = label.label(bars, OANDA_US)
    told = ~np.isnan(labels.value)
    start, end = labels.start[told], labels.end[told]
    found = weights(start, end, bars.known_at)
    assert ((found > 0) & (found <= 1 + 1e-12)).all()
    bars_of_labels = np.searchsorted(bars.known_at, end) - np.searchsorted(bars.known_at, start)
    covered = np.zeros(len(bars), dtype=bool)
    for begin, finish in zip(start, end, strict=True):
        covered |= (bars.known_at > begin) & (bars.known_at <= finish)
    assert (found * bars_of_labels).sum() == pytest.approx(covered.sum())


@settings(max_examples=20)
@given(SEEDS, st.integers(1, 12))
def test_a_signs_outcome_is_the_forward_return(seed, bars) -> None:
    one = market(seed)
    sign, forward = (kind(bars).label(one, OANDA_US) for kind in (Sign, ForwardReturn))
    assert np.array_equal(sign.outcome, forward.value, equal_nan=True)
    assert np.array_equal(sign.end, forward.end)
