"""Whatever is chosen, step by step: decisions rest on the past alone, and a trade is its step's from entry to exit."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.walk_forward import HOUR, START, Told, market, simulation, steps
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.fills import FillRules
from mbats.execution.order import Role
from mbats.ledger.journal import Kind
from mbats.pipelines.walk_forward.composition import STEP
from mbats.pipelines.walk_forward.ownership import timetable
from mbats.pipelines.walk_forward.stitching import stitch
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.strategies.signal import Entry, OnOpenPosition

BARS = 60
BOUNDARIES = (START, *(START + (13 + 24 * day) * HOUR for day in range(2)))
PLANNED = steps(BOUNDARIES)
moments = st.lists(st.integers(0, BARS), max_size=14)
prices = st.lists(st.sampled_from([0.9, 0.97, 1.0, 1.03, 1.1]), min_size=BARS, max_size=BARS)
entries = st.sampled_from([Entry.MARKET, Entry.LIMIT, Entry.STOP])


@st.composite
def chosen(draw):
    """Parameter sets of some steps, with one kind of entry and one manner for all of them."""
    shared = {"manner": draw(st.sampled_from(list(OnOpenPosition))), "entry": draw(entries)}
    which = draw(st.sets(st.integers(1, 3), min_size=1))
    return {step: draw(parameters(shared)) for step in sorted(which)}


def parameters(shared):
    return st.builds(
        lambda **terms: Told(**shared, **terms),
        buys=moments,
        sells=moments,
        exits=moments,
        stop=st.sampled_from([0.0, 0.02, 0.2]),
        price=st.sampled_from([0.95, 1.0, 1.05]),
        max_bars=st.sampled_from([0, 1, 5, 30]),
        expiry=st.sampled_from([0, 1, 9]),
    )


def stitched(bars, sets, fills=FillRules.VENUE, simulator=None):
    named = {"EUR_USD": bars}
    return stitch(simulation(named, fills), named, PLANNED, sets, simulator or BacktraderSimulator())


def same(one, other, rows):
    return all(
        np.array_equal(getattr(one, field.name)[:rows], getattr(other, field.name)[:rows], equal_nan=True)
        for field in fields(one)
        if isinstance(getattr(one, field.name), np.ndarray)
    )


@settings(max_examples=25)
@given(chosen(), prices, st.sampled_from(list(FillRules)))
def test_both_simulators_stitch_the_same_journal(sets, closes, fills):
    bars = market(closes)
    told, compiled = stitched(bars, sets, fills), stitched(bars, sets, fills, KernelSimulator())
    assert len(told) == len(compiled)
    assert same(told, compiled, len(told))
    for name, column in told.extras.items():
        np.testing.assert_array_equal(column, compiled.extras[name])


@settings(max_examples=40)
@given(parameters({"manner": OnOpenPosition.IGNORE, "entry": Entry.MARKET}), prices)
def test_steps_that_choose_the_same_are_one_run(alone, closes):
    bars = {"EUR_USD": market(closes)}
    plain = BacktraderSimulator().run(simulation(bars, strategy=alone))
    journal = stitched(bars["EUR_USD"], dict.fromkeys((1, 2, 3), alone))
    assert len(journal) == len(plain)
    assert same(plain, journal, len(plain))


@settings(max_examples=40)
@given(chosen(), prices, st.lists(st.booleans(), min_size=BARS, max_size=BARS))
def test_each_trade_is_decided_by_the_step_in_which_it_was_entered(sets, closes, kept):
    hours = [hour for hour, keep in enumerate(kept) if keep] or [0]
    bars = market([closes[hour] for hour in hours], hours=hours)
    journal, due = stitched(bars, sets), timetable(PLANNED, bars).due
    opened, held = 0, 0.0
    decisions = iter(journal.extras[STEP].tolist()) if journal.extras else iter(())
    for event in journal:
        if event.kind == Kind.DECISION:
            step = int(next(decisions))
            assert step in sets
            if held:
                assert step == opened
            else:
                assert step == due[np.searchsorted(bars.known_at, event.time)]
            decided = step
        elif event.kind == Kind.FILL:
            if event.role in {Role.ENTRY, Role.REVERSAL}:
                opened = decided
                boundary = PLANNED[opened - 1].test.end
                assert event.time < boundary, "nothing is entered once its step is over"
            held += event.units


@settings(max_examples=40)
@given(chosen(), prices, st.integers(1, BARS), st.sampled_from(list(FillRules)))
def test_what_happened_does_not_depend_on_what_comes(sets, closes, known, fills):
    whole = market(closes)
    part = stitched(whole.rows(0, known), sets, fills)
    assert same(part, stitched(whole, sets, fills), len(part))
