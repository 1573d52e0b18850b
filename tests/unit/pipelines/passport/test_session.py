"""The passports of a session over a venue in memory: every trade, what the venue says of it, and its decision again."""

import asyncio
from dataclasses import replace

import pytest

from fakes.broker import FakeVenue
from fakes.live import OFF, session_of, wandering
from fakes.object_store import FakeObjectStore
from fakes.session_store import FakeSessionStore
from mbats.errors.passport import NothingToReplay
from mbats.live.signal_desk import SignalDesk
from mbats.pipelines.live_run import live_run
from mbats.pipelines.passport.events import family
from mbats.pipelines.passport.passport import passport
from mbats.pipelines.passport.replayed_session import SessionLog
from mbats.pipelines.passport.transactions import number_of, transactions
from mbats.portfolio.sizing import PercentRisk
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.rsi_bracket import RsiBracket

ROWS, START = 200, 60
SYMBOLS = ("EUR_USD", "EUR_GBP", "GBP_USD")
RULE = {"rsi_period": 10}


class Traded:
    """A session that was run to the end of its market."""

    def __init__(self):
        market = {symbol: wandering(symbol, 3 + k, ROWS) for k, symbol in enumerate(SYMBOLS)}
        venue = FakeVenue(market, int(market["EUR_USD"].known_at[START]))
        self.shares = [Allocation(RsiBracket(**RULE), SYMBOLS[:2], PercentRisk(0.25))]
        store = FakeSessionStore()
        asyncio.run(session_of(venue, self.shares, store, limits=OFF).run())
        state = store.states()[0]
        named = tuple({"name": share.strategy.name, "instruments": share.instruments} for share in self.shares)
        state = replace(state, terms=replace(state.terms, strategies=named))
        self.terms, self.entries = state.terms, store.entries(state.terms.id)
        self.instruments = {symbol: market[symbol].instrument for symbol in SYMBOLS}
        self.run = live_run(state, self.entries, self.instruments, FakeObjectStore())

    def desks(self, **rule):
        return [SignalDesk(RsiBracket(**RULE | rule), share.instruments, share.sizing) for share in self.shares]

    def replayed(self, number, entries=None, **rule):
        log = SessionLog(self.terms, entries or self.entries, self.instruments)
        return log.replayed(passport(self.run, number), self.desks(**rule))

    def booked(self, number):
        found = family(self.run.journal, number)
        return transactions(self.terms, self.entries, self.instruments, found)


@pytest.fixture(scope="module")
def session():
    return Traded()


def test_every_decision_of_a_session_comes_out_the_same_bits(session):
    numbers = session.run.trips.id.tolist()
    assert len(numbers) > 10
    assert all(session.replayed(number).same for number in numbers)


def test_what_the_venue_says_of_a_trade_adds_up_to_what_it_earned(session):
    told = [session.booked(number) for number in session.run.trips.id.tolist()]
    closed = [number for number, one in enumerate(session.run.trips.open.tolist()) if not one]
    for number in closed:
        money = sum(one.pnl + one.financing - one.commission for one in told[number])
        assert money == session.run.trips.exact[number].net
    ids = [one.id for each in told for one in each]
    assert len(ids) == len(set(ids)), "a transaction belongs to one trade"


def test_a_trade_is_found_by_the_venues_number_of_it(session):
    orders = number_of(session.terms, session.entries, session.instruments)
    for number in session.run.trips.id.tolist():
        [opened] = {trade for one in session.booked(number) for trade in one.trades if one.kind == "fill"}
        assert orders[opened] in family(session.run.journal, number).openers


def test_other_parameters_decide_otherwise_and_the_replay_says_what(session):
    found = session.replayed(3, atr_period=9)
    assert not found.same
    assert "atr" in {one.name for one in found.checks[0].differs}


def test_a_bar_that_was_changed_in_the_log_is_noticed_by_its_last_bit(session):
    decision = passport(session.run, 3).decisions[0]
    row = max(
        number
        for number, entry in enumerate(session.entries)
        if entry.kind == "bar" and entry.key.startswith(decision.instrument) and _close(entry) == decision.close
    )
    changed = list(session.entries)
    body = dict(changed[row].body)
    body["mid"] = [*body["mid"][:3], body["mid"][3] * (1 + 2**-52)]
    changed[row] = replace(changed[row], body=body)
    differs = {one.name for one in session.replayed(3, changed).checks[0].differs}
    assert "close" in differs


def test_what_a_person_opened_was_not_decided(session):
    found = replace(passport(session.run, 3), decisions=())
    with pytest.raises(NothingToReplay):
        SessionLog(session.terms, session.entries, session.instruments).replayed(found, session.desks())


def _close(entry):
    return entry.body["mid"][3]
