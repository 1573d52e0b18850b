"""What the trader does about sessions, with processes that a hand starts and kills."""

from itertools import pairwise

from fakes.session_store import FakeSessionStore, session_terms
from mbats.live.store import Condition, Wish
from mbats.live.supervision import Supervisor


class Hand:
    """Implements `mbats.live.supervision.Processes`; a process holds its session once `begin` says so."""

    def __init__(self, store) -> None:
        self.store, self.alive, self.starts, self.stopped = store, {}, [], []

    def start(self, session, name):
        self.starts.append(name)
        self.alive[session] = None

    def running(self, session):
        return session in self.alive

    def stop(self, session, process):
        self.stopped.append((session, process))

    def begin(self, session):
        self.alive[session] = self.store.hold(session)
        self.alive[session].__enter__()
        self.store.tell(session, Condition.RUNNING)

    def kill(self, session):
        held = self.alive.pop(session)
        if held:
            held.__exit__(None, None, None)


def desk(*names):
    store = FakeSessionStore()
    hand = Hand(store)
    sessions = []
    for number, name in enumerate(names):
        terms = session_terms(name, (f"X{number}_USD",))
        store.create(terms)
        sessions.append(terms.id)
    return store, hand, Supervisor(store, hand), sessions


def told(steps):
    return sorted((step.session, step.text.split(":")[0], step.again) for step in steps)


def test_a_session_on_an_exchange_of_its_own_is_left_to_whoever_began_it():
    store, hand, supervisor, _ = desk()
    terms = session_terms(options={"own_exchange": True})
    store.create(terms)
    assert supervisor.look(0.0) == []
    with store.hold(terms.id):
        assert supervisor.stop() == []
    assert (hand.starts, hand.stopped) == ([], [])


def test_every_session_that_is_wanted_gets_one_process():
    _, hand, supervisor, (one, two) = desk("one", "two")
    assert told(supervisor.look(0.0)) == [("one", "started", False), ("two", "started", False)]
    assert supervisor.look(1.0) == []
    hand.begin(one)
    hand.begin(two)
    assert supervisor.look(500.0) == []
    assert sorted(hand.starts) == ["one", "two"]


def test_a_process_that_dies_is_started_again_after_ever_longer_pauses():
    _, hand, supervisor, (one,) = desk("one")
    supervisor.look(0.0)
    starts = []
    for second in range(1, 300):
        if hand.running(one) and hand.alive[one] is None:
            hand.begin(one)
        if hand.running(one):
            hand.kill(one)
        if supervisor.look(float(second)):
            starts.append(second)
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses[:6] == [2, 4, 8, 16, 32, 60]


def test_one_that_lasted_is_started_at_once():
    _, hand, supervisor, (one,) = desk("one")
    supervisor.look(0.0)
    hand.begin(one)
    for second in (1.0, 60.0, 122.0):
        supervisor.look(second)
    hand.kill(one)
    assert told(supervisor.look(123.0)) == [("one", "started again", True)]


def test_a_session_that_somebody_else_holds_is_left_to_him():
    store, hand, supervisor, (one,) = desk("one")
    with store.hold(one):
        assert supervisor.look(0.0) == []
    assert hand.starts == []


def test_a_new_trader_starts_nothing_twice():
    store, hand, supervisor, (one,) = desk("one")
    supervisor.look(0.0)
    hand.begin(one)
    after = Hand(store)
    assert Supervisor(store, after).look(1.0) == []
    assert after.starts == []


def test_what_failed_waits_for_a_person():
    store, hand, supervisor, (one,) = desk("one")
    store.tell(one, Condition.FAILED, "positions differ")
    assert supervisor.look(0.0) == []
    store.want(one, Wish.RUN, "mended")
    assert told(supervisor.look(1.0)) == [("one", "started", False)]
    assert hand.starts == ["one"]


def test_what_is_over_is_left_alone():
    store, hand, supervisor, (one,) = desk("one")
    store.tell(one, Condition.STOPPED)
    assert supervisor.look(0.0) == []
    assert hand.starts == []


def test_a_session_that_is_to_be_flat_gets_the_process_that_makes_it_so():
    store, hand, supervisor, (one,) = desk("one")
    store.tell(one, Condition.RUNNING)
    store.want(one, Wish.FLATTEN, "enough")
    supervisor.look(0.0)
    assert hand.starts == ["one"]


def test_one_that_never_began_and_is_not_wanted_is_over_without_a_process():
    store, hand, supervisor, (one,) = desk("one")
    store.want(one, Wish.STOP, "changed my mind")
    assert told(supervisor.look(0.0)) == [("one", "stopped before it began", False)]
    assert store.states()[0].over
    assert hand.starts == []


def test_ending_asks_processes_of_its_own_and_of_an_earlier_trader():
    store, hand, supervisor, (one, two) = desk("one", "two")
    supervisor.look(0.0)
    hand.begin(one)
    hand.kill(two)
    with store.hold(two):
        store.tell(two, Condition.RUNNING)
        steps = supervisor.stop()
    assert sorted(step.session for step in steps) == ["one", "two"]
    assert {session for session, _ in hand.stopped} == {one, two}
    assert dict(hand.stopped)[two] == 1
