"""What every memory of live sessions must do; the fake and PostgreSQL are held to it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from fakes.session_store import FakeSessionStore, session_terms
from mbats.errors.live import InstrumentTaken, SessionHeld, SessionNameTaken, SessionOver, UnknownSession
from mbats.live.store import Condition, Entry, Wish


def entry(key="1", kind="transaction", **body) -> Entry:
    return Entry(kind, key, 1_466_503_200_000_000_001, body)


def create(store, *args, **facts):
    terms = session_terms(*args, **facts)
    store.create(terms)
    return terms


class SessionStoreContract:
    """Inherit and give fixtures `store`, an empty one, and `other`, the same as another process sees it."""

    def test_remembers_what_a_session_was_asked_to_do(self, store, other):
        terms = create(store)
        [state] = other.states()
        assert state.terms == terms
        assert (state.wish, state.condition, state.reason) == (Wish.RUN, Condition.NEW, "")
        assert (state.heartbeat_at, state.held, state.over) == (None, False, False)

    def test_finds_by_name_or_beginning_of_the_id_the_living_and_the_newest_first(self, store):
        first = create(store, "a")
        store.tell(first.id, Condition.STOPPED, "asked to")
        second = create(store, "a")
        third = create(store, "b", ("USD_JPY",))
        assert [state.terms.id for state in store.states()] == [third.id, second.id, first.id]
        assert [state.terms.id for state in store.states("a")] == [second.id, first.id]
        assert [state.terms.id for state in store.states(str(first.id)[:13].upper())] == [first.id]
        assert store.states("c") == []

    def test_an_instrument_of_an_account_has_one_owner(self, store, other):
        mine = create(store, "mine", ("EUR_USD", "GBP_USD"))
        with pytest.raises(InstrumentTaken, match=r"(?s)Session mine trades GBP_USD .*mbats live stop mine"):
            create(other, "yours", ("USD_JPY", "GBP_USD"))
        assert len(store.states()) == 1
        create(other, "other account", ("GBP_USD",), account="101-001-1-002")
        create(other, "other venue", ("GBP_USD",), url="http://127.0.0.1:10")
        store.tell(mine.id, Condition.FAILED, "positions differ")
        with pytest.raises(InstrumentTaken):
            create(other, "yours", ("GBP_USD",))
        store.tell(mine.id, Condition.STOPPED, "asked to")
        create(other, "yours", ("GBP_USD",))

    def test_a_failed_session_that_nobody_wants_any_more_frees_its_instruments(self, store):
        mine = create(store, "mine")
        store.tell(mine.id, Condition.FAILED, "positions differ")
        store.want(mine.id, Wish.STOP, "looked at it")
        assert store.states("mine")[0].over
        create(store, "yours")

    def test_a_name_is_given_once_among_the_living(self, store):
        terms = create(store, "mine")
        with pytest.raises(SessionNameTaken, match="mine"):
            create(store, "mine", ("USD_JPY",))
        store.tell(terms.id, Condition.STOPPED)
        create(store, "mine", ("USD_JPY",))

    def test_one_process_holds_a_session(self, store, other):
        terms = create(store)
        with store.hold(terms.id):
            assert other.states()[0].held
            with pytest.raises(SessionHeld, match="sample"), other.hold(terms.id):
                pytest.fail("held twice")
            store.append(terms.id, [entry()])
            store.tell(terms.id, Condition.RUNNING)
        assert not other.states()[0].held
        with other.hold(terms.id):
            assert other.entries(terms.id) == [entry()]

    def test_an_unknown_session_cannot_be_held(self, store):
        with pytest.raises(UnknownSession), store.hold(uuid4()):
            pytest.fail("held")

    def test_keeps_a_log_in_order_and_to_the_bit(self, store, other):
        terms = create(store)
        bodies = [{"z": 0.1 + 0.2, "a": -0.0, "n": None}, {"units": "1.50", "deep": [{"flag": True}], "big": 2**60}, {}]
        log = [entry(str(9 - number), **body) for number, body in enumerate(bodies)]
        store.append(terms.id, log[:1])
        other.append(terms.id, log[1:])
        kept = other.entries(terms.id)
        assert kept == log
        assert str(kept[0].body) == str(log[0].body)

    def test_the_same_row_again_is_no_change(self, store):
        terms = create(store)
        store.append(terms.id, [entry("1", price="1.1")])
        store.append(terms.id, [entry("1", price="9.9"), entry("2"), entry("2", price="3"), entry("1", "intent")])
        kept = store.entries(terms.id)
        assert [(each.kind, each.key) for each in kept] == [("transaction", "1"), ("transaction", "2"), ("intent", "1")]
        assert store.entries(terms.id, "intent") == kept[2:]
        assert kept[0].body == {"price": "1.1"}
        assert kept[1].body == {}

    def test_logs_are_apart(self, store):
        first, second = create(store, "a"), create(store, "b", ("USD_JPY",))
        store.append(first.id, [entry("1")])
        assert store.entries(second.id) == []

    def test_nothing_to_append_is_nothing(self, store):
        terms = create(store)
        store.append(terms.id, [])
        assert store.entries(terms.id) == []

    def test_tells_what_it_does_and_when_it_said_so(self, store, other):
        terms = create(store)
        store.tell(terms.id, Condition.PAUSED, "daily loss")
        [state] = other.states()
        assert (state.condition, state.reason) == (Condition.PAUSED, "daily loss")
        assert state.heartbeat_at is not None
        assert state.process is not None

    def test_a_wish_is_kept_with_its_reason(self, store, other):
        terms = create(store)
        other.want(terms.id, Wish.FLATTEN, "going on holiday")
        assert store.states()[0].wish is Wish.FLATTEN
        [act] = store.entries(terms.id)
        assert (act.kind, act.body) == ("act", {"act": "flatten", "reason": "going on holiday"})

    def test_tells_at_once_what_is_asked_of_it(self, store, other):
        terms = create(store)
        store.append(terms.id, [entry()])
        assert store.asked(terms.id) == (Wish.RUN, [])
        with store.hold(terms.id):
            other.want(terms.id, Wish.PAUSE, "news at noon")
            other.append(terms.id, [entry("mine", "act", act="close", trade=17)])
            wish, acts = store.asked(terms.id)
        assert wish is Wish.PAUSE
        assert [act.body["act"] for act in acts] == ["pause", "close"]
        with pytest.raises(UnknownSession):
            store.asked(uuid4())

    def test_says_at_once_what_is_new_while_it_is_held(self, store, other):
        terms = create(store)
        with store.hold(terms.id):
            for condition, reason in [
                (Condition.RUNNING, ""),
                (Condition.PAUSED, "daily loss"),
                (Condition.RUNNING, ""),
            ]:
                store.tell(terms.id, condition, reason)
                store.tell(terms.id, condition, reason)
                assert (other.states()[0].condition, other.states()[0].reason) == (condition, reason)

    @pytest.mark.parametrize("wish", [Wish.RUN, Wish.PAUSE, Wish.FLATTEN])
    def test_a_failed_session_can_be_wanted_again(self, store, wish):
        terms = create(store)
        store.tell(terms.id, Condition.FAILED, "positions differ")
        store.want(terms.id, wish, "mended")
        assert store.states()[0].condition is Condition.NEW

    def test_what_is_over_stays_over(self, store):
        terms = create(store)
        store.tell(terms.id, Condition.STOPPED, "asked to")
        with pytest.raises(SessionOver, match="asked to"):
            store.want(terms.id, Wish.RUN, "once more")
        assert store.entries(terms.id) == []


class TestFakeSessionStore(SessionStoreContract):
    @pytest.fixture
    def store(self):
        return FakeSessionStore()

    @pytest.fixture
    def other(self, store):
        return FakeSessionStore(store.shelf)


class TestPostgresSessionStore(SessionStoreContract):
    @pytest.fixture
    def store(self, postgres):
        return postgres.session_store()

    @pytest.fixture
    def other(self, postgres):
        return postgres.session_store()

    def test_terms_and_log_are_beyond_the_writer_s_reach(self, store, as_role):
        from psycopg.errors import InsufficientPrivilege

        terms = create(store)
        store.append(terms.id, [entry()])
        writer = as_role("risk", "mbats_writer")
        for statement in (
            "UPDATE risk.session_entry SET body = '{}'",
            "DELETE FROM risk.session_entry",
            "DELETE FROM risk.session",
            "UPDATE risk.session SET instruments = '{USD_JPY}'",
            "UPDATE risk.session SET limits = '{}'",
        ):
            with pytest.raises(InsufficientPrivilege):
                writer.execute(statement)
        assert store.states()[0].terms == replace(terms)
