"""Whatever fails, whenever a process dies: no order twice, no trade without its stop, books as the venue has them."""

import asyncio
from collections import Counter
from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fakes.broker import FakeVenue
from fakes.live import ID, Restless, desks_of, terms_of, wandering
from fakes.mortal import Death, Life, Mortal
from fakes.session_store import FakeSessionStore
from mbats.execution.broker import Kind, Submit
from mbats.execution.order import Reason
from mbats.ledger.account import keep_books
from mbats.ledger.terms import Account
from mbats.live.connection import Connection
from mbats.live.guard import wanted_stop
from mbats.live.journal import journal
from mbats.live.memory import Memory
from mbats.live.session import Session
from mbats.live.store import Condition
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation

ROWS, LOOKS = 24, 3
STRATEGIES = (Restless(), Restless(entry=1, on_open="close"), Restless(on_open="close", trailing=0.001))
FAULTS = ["", "drop", "lose", "refuse", "late", "naked", "halt"]


class Trial:
    """A session that is begun again whenever its process dies."""

    def __init__(self, seed, faults=(), cuts=(), ends=(), faints=()):
        bars = wandering("EUR_USD", seed, ROWS, holes=0.1)
        self.shares = [Allocation(STRATEGIES[seed % len(STRATEGIES)], ("EUR_USD",), FixedUnits(1000))]
        self.venue = FakeVenue({"EUR_USD": bars}, int(bars.time[0]))
        self.venue.faults.extend(faults)
        self.store, self.life, self.cuts = FakeSessionStore(), Life(ends, faints), list(cuts)
        self.terms = replace(
            terms_of(self.venue, ["EUR_USD"], int(bars.time[0])),
            options={"bars_wait": 0, "patience": 3 * 3_600},
            strategies=({"name": "Restless"},),
        )
        self.store.create(self.terms)
        self.instruments = {"EUR_USD": bars.instrument}
        self.deaths = 0

    def session(self):
        broker = Mortal(self.venue, self.life, {"send", "transactions", "state"})
        store = Mortal(self.store, self.life, {"append", "tell"})
        connection = Connection(broker, self.venue, self.venue)
        return Session(self.terms, desks_of(self.shares), connection, store, self.instruments)

    async def live(self):
        """Turn by turn to the market's end, and a few turns more in which nothing fails."""
        session, going, looks = self.session(), True, 0
        while going:
            self.venue.cuts = self.cuts.pop() if self.cuts else 0
            try:
                assert await session.turn(), self.store.states(str(ID))[0].reason
            except Death:
                self.deaths += 1
                session = self.session()
                continue
            looks += 1
            if looks % LOOKS == 2:
                self.venue.deliver()
            elif looks % LOOKS == 0:
                going = await self.venue.next(self.venue.now())
        self.venue.faults.clear()
        self.venue.cuts = 0
        self.life.spare()
        for _ in range(8):
            assert await session.turn()
        return session


@settings(max_examples=60, phases=[Phase.explicit, Phase.generate], deadline=None)
@given(
    st.integers(0, 5),
    st.lists(st.sampled_from(FAULTS), max_size=25),
    st.lists(st.integers(0, 2), max_size=30),
    st.sets(st.integers(0, 900), max_size=12),
    st.sets(st.integers(0, 900), max_size=6),
)
def test_survives_anything(seed, faults, cuts, ends, faints):
    trial = Trial(seed, faults, cuts, ends, faints)
    session = asyncio.run(trial.live())
    venue, book = trial.venue, session.book
    assert venue.log[len(venue.log) - 1 :] == venue.log[book.last - 1 :], "the books know the whole log"
    assert book.balance == venue.balance
    assert {one.id: one.units for one in book.trades.values()} == _open(venue)
    assert max(_arrivals(session).values(), default=0) <= 1, "no order of ours arrives twice"
    for trade in book.mine():
        assert wanted_stop(session.memory, trade) is None or trade.guarded
    entries = trial.store.entries(ID)
    told = journal(trial.terms, entries, trial.instruments)
    assert keep_books(told, Account(), 0.005).balance == venue.balance
    again = Memory.of(trial.terms, entries, trial.instruments)
    assert again.book.trades == book.trades
    assert again.open.keys() == session.memory.open.keys()


def test_every_single_point_of_death():
    """One death at each of the first calls in turn; the market is traded on afterwards."""
    for point in range(0, 300, 4):
        trial = Trial(1, ends={point})
        session = asyncio.run(trial.live())
        assert trial.deaths <= 1
        assert session.book.balance == trial.venue.balance
        assert max(_arrivals(session).values(), default=0) <= 1
        assert all(trade.guarded for trade in session.book.mine())


def test_a_request_that_arrives_twice_ends_the_session():
    trial = Trial(1, ["twice"])
    session = trial.session()

    async def live():
        while await session.turn():
            assert await trial.venue.next(trial.venue.now())

    asyncio.run(live())
    state = trial.store.states(str(ID))[0]
    assert state.condition is Condition.FAILED
    assert "holds 2 orders with the client id mb-1f6c2a3b-EUR_USD" in state.reason
    assert len([one for one in trial.venue.sent if isinstance(one, Submit)]) == 1


def _open(venue):
    state = asyncio.run(venue.state())
    return {one.id: one.units for one in state.trades}


def _arrivals(session):
    """How often each entry of ours came to life at the venue, by ticket."""
    counts = Counter()
    orders = {one.order: one for one in session.memory.transactions if one.kind is Kind.ORDER and not one.trade}
    halted = {
        one.order for one in session.memory.transactions if one.kind is Kind.CANCEL and one.why is Reason.MARKET_HALTED
    }
    for order in orders.values():
        known = session.memory.attempt(order.client_id)
        assert known, "every order at the venue has its intent in the log"
        if known[0].enters and order.order not in halted:
            counts[known[0].id] += 1
    return counts
