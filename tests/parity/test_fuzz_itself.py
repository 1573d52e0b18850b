"""A fuzzer that finds nothing proves nothing: simulators broken on purpose are found out, their cases made small."""

from dataclasses import replace

import numpy as np
import pytest

from fuzz.comparison import difference, outcome
from fuzz.generator import drawn
from fuzz.subject import subject
from fuzz.trial import failure
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.order import Role
from mbats.ledger.journal import Journal, Kind


class Broken:
    """Backtrader's simulator, but for one thing: what `breaks` does to the journal."""

    name = "broken"

    def __init__(self, breaks):
        self._breaks = breaks

    def run(self, simulation):
        return self._breaks(BacktraderSimulator().run(simulation))


def one_bit_up(journal):
    """Every stop loss fills one bit higher."""
    price = journal.price.copy()
    chosen = (journal.kind == Kind.FILL) & (journal.role == Role.STOP_LOSS)
    price[chosen] = np.nextafter(price[chosen], np.inf)
    return replace(journal, price=price)


def no_second_fee(journal):
    """The second commission is forgotten."""
    amount, fees = journal.amount.copy(), journal.rows(Kind.FEE)
    amount[fees[1:2]] = 0.0
    return replace(journal, amount=amount)


def first_failure(breaks, seeds):
    return next(found for seed in seeds if (found := failure(seed, Broken(breaks), longest=200)))


@pytest.mark.parametrize("breaks", [one_bit_up, no_second_fee])
def test_a_broken_simulator_ends_in_a_small_case_that_can_be_pasted(breaks):
    found = first_failure(breaks, range(0, 60, 3))
    assert len(found.small.market) == 1
    assert len(found.small.times) <= 4
    pasted = []
    module = {}
    exec(found.source, module)
    module["assert_same"] = pasted.append
    module[f"test_seed_{found.seed}"]()
    told = difference(pasted[0], Broken(breaks), BacktraderSimulator())
    assert told.what == found.first.what
    assert told.story.splitlines()[0] in found.source


def test_whole_simulators_are_not_found_out():
    assert not [seed for seed in range(0, 9) if failure(seed, BacktraderSimulator(), longest=200)]


def test_venue_cases_reach_what_is_rare():
    cases = [drawn(seed, longest=220)[1] for seed in range(1, 240, 3)]
    journals = [told for case in cases if isinstance(told := outcome(case, subject()), Journal) and len(told)]
    reached = {kind: sum(bool(len(journal.rows(kind))) for journal in journals) for kind in Kind}
    assert reached[Kind.MARGIN_CALL] >= 0.1 * len(journals)
    for kind in (Kind.FINANCING, Kind.EXPIRY, Kind.REPLACE, Kind.BLOCKED, Kind.REJECT):
        assert reached[kind], kind
    bars = [one for case in cases for one in case.market.values()]
    assert {one.instrument.asset_class.value for one in bars} == {"fx", "equity"}
    assert {one.timeframe.name for one in bars} >= {"M5", "H1", "H4", "D"}
