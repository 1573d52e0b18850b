"""The boundary rule, on bars made by hand: a position that is open at a boundary ends by what it was opened with.

Step 2 is due from hour 12 on (that bar is known at 17:00 New York), step 3 from hour 36 on.
"""

import numpy as np
import pytest

from fakes.walk_forward import DUE, Told, decided, fills, market, steps
from mbats.errors.walk_forward import SetsDisagree
from mbats.ledger.journal import Kind
from mbats.strategies.signal import Entry, OnOpenPosition
from mbats.strategies.target import Targets, TargetStrategy

FLAT = market([1.0] * 48)
THIRD = 36


def test_each_step_trades_by_its_own_parameters(stitched):
    journal = stitched(FLAT, {1: Told(buys=[2, 20], exits=[4]), 2: Told(buys=[4, 20], exits=[22])})
    assert fills(journal) == [("ENTRY", 3, 1), ("EXIT", 5, -1), ("ENTRY", 21, 1), ("EXIT", 23, -1)]
    assert decided(journal) == [(2, 1), (4, 1), (20, 2), (22, 2)]


def test_an_open_position_ends_by_the_parameters_it_was_opened_with(stitched):
    old, new = Told(buys=[8, 22], exits=[20]), Told(buys=[15, 25], exits=[15, 18, 30])
    journal = stitched(FLAT, {1: old, 2: new})
    assert fills(journal) == [("ENTRY", 9, 1), ("EXIT", 21, -1), ("ENTRY", 26, 1), ("EXIT", 31, -1)]
    assert decided(journal) == [(8, 1), (20, 1), (25, 2), (30, 2)]


def test_its_stop_and_its_time_stop_stay_too(stitched):
    falling = market([1.0] * 20 + [0.5] * 28)
    journal = stitched(falling, {1: Told(buys=[8], stop=0.3), 2: Told(buys=[8, 21], stop=0.1, max_bars=3)})
    assert fills(journal) == [("ENTRY", 9, 1), ("STOP_LOSS", 20, -1), ("ENTRY", 22, 1), ("TIME_STOP", 25, -1)]
    journal = stitched(FLAT, {1: Told(buys=[8], max_bars=10), 2: Told(max_bars=2)})
    assert fills(journal) == [("ENTRY", 9, 1), ("TIME_STOP", 19, -1)]


def test_what_is_decided_at_the_boundary_is_decided_by_the_new_step(stitched):
    journal = stitched(FLAT, {1: Told(buys=[DUE]), 2: Told(sells=[DUE])})
    assert (fills(journal), decided(journal)) == ([("ENTRY", DUE + 1, -1)], [(DUE, 2)])


def test_the_last_decision_before_the_boundary_still_opens_a_position(stitched):
    journal = stitched(FLAT, {1: Told(buys=[DUE - 1], exits=[30]), 2: Told(exits=[14])})
    assert fills(journal) == [("ENTRY", DUE, 1), ("EXIT", 31, -1)]


def test_a_position_that_ends_inside_the_bar_of_the_boundary_frees_it(stitched):
    falling = market([1.0] * DUE + [0.5] * 36)
    journal = stitched(falling, {1: Told(buys=[8], stop=0.3), 2: Told(sells=[DUE])})
    assert fills(journal) == [("ENTRY", 9, 1), ("STOP_LOSS", DUE, -1), ("ENTRY", DUE + 1, -1)]


def test_past_the_boundary_a_reversal_only_closes(stitched):
    turning = {"manner": OnOpenPosition.REVERSE}
    old, new = Told(buys=[8], sells=[15, 17], **turning), Told(buys=[19], sells=[21], **turning)
    journal = stitched(FLAT, {1: old, 2: new})
    assert fills(journal) == [("ENTRY", 9, 1), ("EXIT", 16, -1), ("ENTRY", 20, 1), ("REVERSAL", 22, -1)]


def test_an_opposite_signal_that_closes_still_closes(stitched):
    closing = {"manner": OnOpenPosition.CLOSE}
    journal = stitched(FLAT, {1: Told(buys=[8], sells=[15], **closing), 2: Told(sells=[13], buys=[16], **closing)})
    assert fills(journal) == [("ENTRY", 9, 1), ("EXIT", 16, -1), ("ENTRY", 17, 1)]


@pytest.mark.parametrize("expiry", [0, 2, 30])
def test_a_waiting_entry_order_lapses_at_the_boundary(stitched, expiry):
    dipping = market([1.0] * 13 + [0.7] * 35)
    waiting = {"entry": Entry.LIMIT, "price": 0.8, "expiry": expiry}
    journal = stitched(dipping, {1: Told(buys=[8], **waiting), 2: Told(**waiting)})
    assert fills(journal) == []
    (gone,) = journal.rows(Kind.EXPIRY)
    assert journal.time[gone] == FLAT.known_at[10 if expiry == 2 else DUE]


def test_the_new_step_may_wait_with_an_order_of_its_own(stitched):
    dipping = market([1.0] * 15 + [0.7] * 33)
    waiting = {"entry": Entry.LIMIT, "price": 0.8}
    journal = stitched(dipping, {1: Told(buys=[8], **waiting), 2: Told(buys=[DUE], **waiting)})
    assert (fills(journal), decided(journal)) == ([("ENTRY", 15, 1)], [(8, 1), (DUE, 2)])


def test_a_hole_at_the_boundary_lets_nothing_slip_through(stitched):
    hours = [*range(12), *range(16, 52)]  # the market is halted from 21:00 to 01:00
    holed = market([1.0] * 48, hours=hours)
    journal = stitched(holed, {1: Told(buys=[11]), 2: Told(sells=[16])})
    assert fills(journal) == [("ENTRY", 17, -1)]


def test_a_position_may_outlive_several_boundaries(stitched):
    old, new, newest = Told(buys=[8], exits=[40]), Told(buys=[14], exits=[20]), Told(buys=[38, 42], exits=[38, 44])
    journal = stitched(FLAT, {1: old, 2: new, 3: newest})
    assert fills(journal) == [("ENTRY", 9, 1), ("EXIT", 41, -1), ("ENTRY", 43, 1), ("EXIT", 45, -1)]
    assert decided(journal) == [(8, 1), (40, 1), (42, 3), (44, 3)]


def test_a_step_without_a_choice_opens_nothing(stitched):
    old, newest = Told(buys=[8], exits=[20]), Told(buys=[THIRD - 1, THIRD + 2])
    journal = stitched(FLAT, {1: old, 3: newest})
    assert fills(journal) == [("ENTRY", 9, 1), ("EXIT", 21, -1), ("ENTRY", THIRD + 3, 1)]


def test_instruments_are_let_go_one_by_one(stitched):
    class Other(Told):
        def decide(self, bars):
            euro = bars.instrument.symbol == "EUR_USD"
            return Told(buys=[8], exits=[18 if euro else 24]).decide(bars)

    bars = {"EUR_USD": FLAT, "GBP_USD": market([1.0] * 48, "GBP_USD")}
    journal = stitched(bars, {1: Other(), 2: Told(buys=[19, 25], exits=[30])})
    assert fills(journal) == [
        *[("ENTRY", 9, 1), ("ENTRY", 9, 1), ("EXIT", 19, -1), ("ENTRY", 20, 1)],
        *[("EXIT", 25, -1), ("ENTRY", 26, 1), ("EXIT", 31, -1), ("EXIT", 31, -1)],
    ]


def test_an_instrument_whose_bars_begin_later_joins(stitched):
    late = market([1.0] * 20, "GBP_USD", hours=range(28, 48))
    journal = stitched({"EUR_USD": FLAT, "GBP_USD": late}, {1: Told(buys=[2], exits=[4]), 2: Told(buys=[30])})
    assert fills(journal) == [("ENTRY", 3, 1), ("EXIT", 5, -1), ("ENTRY", 31, 1), ("ENTRY", 31, 1)]


def test_indicators_are_warm_when_the_first_test_begins(simulator):
    from fakes.walk_forward import simulation
    from mbats.pipelines.walk_forward.stitching import stitch

    class Patient(Told):
        def decide(self, bars):
            return Told(buys=[12] if len(bars) > 12 and bars.time[0] == FLAT.time[0] else []).decide(bars)

    tested = FLAT.rows(10, len(FLAT))
    journal = stitch(simulation({"EUR_USD": tested}), {"EUR_USD": FLAT}, steps()[:1], {1: Patient()}, simulator)
    assert fills(journal) == [("ENTRY", 13, 1)]


@pytest.mark.parametrize(
    ("field", "terms"),
    [("entry", {"entry": Entry.STOP}), ("on_open_position", {"manner": OnOpenPosition.CLOSE})],
)
def test_sets_that_cannot_share_an_account_are_refused(stitched, field, terms):
    with pytest.raises(SetsDisagree, match=rf"(?s)Told says {field}=\w+ in step 1 and {field}=\w+ in step 2.*--grid"):
        stitched(FLAT, {1: Told(), 2: Told(**terms)})


class Constant(TargetStrategy):
    risk: float

    def decide(self, panel):
        risk = np.full((len(panel), len(panel.symbols)), np.nan)
        risk[::6] = self.risk
        return Targets(risk, {"row": np.arange(len(panel), dtype=np.float64)})


def test_targets_follow_the_step_that_is_due(stitched):
    journal = stitched(FLAT, {1: Constant(risk=1.0), 3: Constant(risk=-1.0)})
    assert [(hour, sign) for _, hour, sign in fills(journal)] == [(1, 1), (DUE + 1, -1), (THIRD + 1, -1)]
    assert decided(journal) == [(0, 1), (DUE, 2), (THIRD, 3)]
