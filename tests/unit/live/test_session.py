import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest

from fakes.broker import FakeVenue
from fakes.live import ID, OFF, Restless, quoted, run, session_of, wandering
from fakes.session_store import FakeSessionStore
from mbats.errors.database import DatabaseUnreachable
from mbats.execution.broker import Cancel, Fate, Kind, Protect, Submit
from mbats.execution.order import Role
from mbats.live.alerts import AlertKind
from mbats.live.history import rows_of
from mbats.live.store import Condition, Entry, Wish
from mbats.market.local_time import HOUR, MINUTE
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.simulation.simulator import Allocation
from mbats.strategies.signal import Signals, SignalStrategy, nothing

EUR = "EUR_USD"


class BuyOnce(SignalStrategy):
    """Buys at the close of bar `row`, with a stop."""

    row: int = 1
    stop: float = 0.01

    def decide(self, bars):
        side = nothing(len(bars))
        side[self.row : self.row + 1] = 1
        return Signals(side, stop_distance=np.full(len(bars), self.stop))


class Listener:
    def __init__(self):
        self.told = []

    def tell(self, kind, text, facts):
        self.told.append((kind, text))

    def kinds(self):
        return [kind for kind, _ in self.told]


class Stage:
    """A session of one strategy on a calm market, driven turn by turn."""

    def __init__(self, strategy=None, closes=(1.1,) * 8, sizing=None, **facts):
        self.bars = quoted(EUR, closes, wick=0.0005)
        self.venue = FakeVenue({EUR: self.bars}, int(self.bars.time[0]))
        self.shares = [Allocation(strategy or BuyOnce(), (EUR,), sizing or FixedUnits(1000))]
        self.store, self.alerts, self.facts = FakeSessionStore(), Listener(), facts
        self.session = session_of(self.venue, self.shares, self.store, alerts=self.alerts, **facts)

    def turn(self, times=1, advance=True):
        async def live():
            for _ in range(times):
                going = await self.session.turn()
                if not going or (advance and not await self.venue.next(self.venue.now())):
                    return going
            return True

        return asyncio.run(live())

    def again(self):
        self.session = session_of(self.venue, self.shares, self.store, alerts=self.alerts, **self.facts)

    def state(self):
        return self.store.states(str(ID))[0]

    def act(self, **body):
        self.store.append(ID, [Entry("act", str(uuid4()), 0, {"reason": "because", **body})])

    def rows(self, kind):
        return self.store.entries(ID, kind)

    def submits(self):
        return [one for one in self.venue.sent if isinstance(one, Submit)]


def test_sends_an_entry_with_its_stop_and_keeps_what_it_rests_on():
    stage = Stage()
    stage.turn(3)
    (entry,) = stage.submits()
    assert (entry.units, entry.stop, entry.reduce_only) == (1000, Decimal("1.09000"), False)
    assert entry.client_id == f"mb-1f6c2a3b-EUR_USD-{stage.bars.time[1]}-0"
    (trade,) = stage.session.book.mine()
    assert (trade.units, trade.stop) == (1000, Decimal("1.09000"))
    kinds = [entry.kind for entry in stage.rows(None)]
    assert kinds.index("intent") < kinds.index("reply") < kinds.index("transaction")
    assert stage.alerts.kinds() == [AlertKind.FILL]


def test_history_before_the_start_is_seen_but_not_traded():
    stage = Stage(BuyOnce(row=2))
    stage.venue = FakeVenue({EUR: stage.bars}, int(stage.bars.time[5]))
    stage.again()
    stage.turn(4)
    assert not stage.venue.sent
    assert len(stage.rows("bar")) == 8
    assert next(entry.key for entry in stage.rows("decision")) == f"EUR_USD:{stage.bars.time[4]}"


def test_waits_for_the_market_to_open_again():
    """The bars after the decision are missing, as over a weekend; the order goes out with the next one."""
    stage = Stage(BuyOnce(row=1))
    kept = np.array([0, 1, 6, 7])
    sides = {name: getattr(stage.bars, name).rows(kept) for name in ("mid", "bid", "ask")}
    bars = replace(
        stage.bars, time=stage.bars.time[kept], known_at=stage.bars.known_at[kept], volume=np.zeros(4), **sides
    )
    stage.venue = FakeVenue({EUR: bars}, int(bars.time[0]))
    stage.again()
    stage.turn(3)
    assert not stage.venue.sent
    stage.turn(1)
    assert [one.time for one in stage.venue.log if one.kind is Kind.FILL] == [bars.time[2]]


def test_an_entry_that_certainly_did_not_arrive_goes_out_again_within_its_bar():
    stage = Stage()
    stage.turn(2)
    stage.venue.faults.extend(["refuse", ""])
    stage.turn(1, advance=False)
    stage.turn(1, advance=False)
    assert [one.client_id[-4:] for one in stage.submits()] == ["00-0", "-0-2"]
    assert len(stage.session.book.mine()) == 1


def test_an_entry_that_did_not_arrive_is_stale_when_its_bar_is_over():
    stage = Stage()
    stage.turn(2)
    stage.venue.faults.extend(["refuse"])
    stage.turn(1)
    stage.turn(2)
    assert len(stage.submits()) == 1
    assert [entry.body["limit"] for entry in stage.rows("blocked")] == ["stale"]


def test_an_entry_of_unknown_outcome_is_never_sent_again_and_adopted_when_it_lands():
    stage = Stage(Restless(), options={"bars_wait": 0, "patience": 1e9})
    stage.venue.faults.extend(["drop"])
    stage.turn(4)
    assert len(stage.submits()) == 1
    assert {entry.body["limit"] for entry in stage.rows("blocked")} == {"unknown outcome"}
    asyncio.run(stage.venue.send(stage.submits()[0]))
    stage.turn(1)
    (trade,) = stage.session.book.mine()
    assert trade.client_id == stage.submits()[0].client_id
    assert stage.state().condition is Condition.RUNNING


def test_an_unknown_entry_is_let_go_after_a_while():
    stage = Stage(Restless(), options={"bars_wait": 0, "patience": 3_600})
    stage.venue.faults.extend(["drop"])
    stage.turn(5)
    assert len(stage.submits()) > 1
    assert "never became known" in stage.rows("blocked")[0].body["text"] or len(stage.rows("blocked")) > 1


def test_an_intent_without_reply_counts_as_sent():
    stage = Stage(options={"bars_wait": 0, "patience": 1e9})
    stage.turn(3)
    log = stage.store.shelf.logs[ID]
    for entry in stage.rows(None):
        if entry.kind in {"reply", "transaction"}:
            del log[entry.kind, entry.key]
    stage.venue = FakeVenue({EUR: stage.bars}, int(stage.bars.time[2]))
    stage.again()
    stage.turn(2)
    assert not stage.venue.sent
    assert [ticket.id for ticket in stage.session.memory.open.values()]


def test_a_close_of_unknown_outcome_goes_out_again_reduce_only():
    stage = Stage(Restless(on_open="close"))
    stage.turn(2)
    assert stage.session.book.mine()
    stage.venue.faults.extend(["drop"])
    stage.turn(1)
    stage.turn(1)
    closes = [one for one in stage.submits() if one.reduce_only]
    assert len(closes) == 2
    assert len({one.client_id for one in closes}) == 2


def test_a_trade_without_its_stop_gets_it_at_once():
    stage = Stage()
    stage.venue.faults.extend(["naked"])
    stage.turn(3)
    (protect,) = [one for one in stage.venue.sent if isinstance(one, Protect)]
    assert protect.stop == Decimal("1.09000")
    assert stage.session.book.mine()[0].stop == Decimal("1.09000")


def test_a_trade_that_gets_no_stop_is_closed():
    stage = Stage()
    stage.venue.faults.extend(["naked", "drop", "drop", "drop"])
    stage.turn(8, advance=False)
    stage.turn(2)
    stage.turn(6, advance=False)
    assert len([one for one in stage.venue.sent if isinstance(one, Protect)]) >= 1
    assert all(trade.guarded for trade in stage.session.book.mine())


@pytest.mark.parametrize("away", ["append", "tell", "asked"])
def test_without_a_database_nothing_is_sent_and_it_goes_on_when_it_is_back(away, monkeypatch):
    stage = Stage()
    stage.turn(2)

    def gone(*_):
        raise DatabaseUnreachable(address="here", cause="it is down")

    with monkeypatch.context() as patch:
        patch.setattr(stage.store, away, gone)
        stage.turn(1, advance=False)
        sent = len(stage.venue.sent)
        stage.turn(2, advance=False)
        assert len(stage.venue.sent) == sent <= (away == "tell")
    stage.turn(2, advance=False)
    assert len(stage.submits()) == 1
    assert stage.alerts.kinds().count(AlertKind.TROUBLE) == 1
    assert AlertKind.RECOVERED in stage.alerts.kinds()


def test_a_venue_that_does_not_answer_is_waited_for():
    stage = Stage()
    stage.turn(2)
    stage.venue.cuts = 2
    stage.turn(1, advance=False)
    assert stage.state().condition is Condition.PAUSED
    assert "the cable is cut" in stage.state().reason
    stage.turn(2, advance=False)
    assert stage.state().condition is Condition.RUNNING
    assert len(stage.submits()) == 1


def test_a_strategy_that_raises_ends_the_session_with_its_stops_in_place():
    class Breaks(BuyOnce):
        def decide(self, bars):
            if len(bars) > 3:
                raise ValueError("no idea")
            return super().decide(bars)

    stage = Stage(Breaks())
    assert stage.turn(8) is False
    assert stage.state().condition is Condition.FAILED
    assert "no idea" in stage.state().reason
    assert asyncio.run(stage.venue.state()).trades[0].stop == Decimal("1.09000")


def test_pause_enters_nothing_and_manages_what_is_open():
    stage = Stage(Restless(on_open="close"))
    stage.turn(2)
    stage.store.want(ID, Wish.PAUSE, "news ahead")
    stage.turn(4)
    assert [one.reduce_only for one in stage.submits()] == [False, True]
    assert stage.state().condition is Condition.PAUSED
    assert {entry.body["limit"] for entry in stage.rows("blocked")} == {"paused"}


def test_stop_leaves_what_is_open_to_its_stop():
    stage = Stage()
    stage.turn(4)
    stage.store.want(ID, Wish.STOP, "enough")
    assert stage.turn(1) is False
    assert stage.state().condition is Condition.STOPPED
    assert len(asyncio.run(stage.venue.state()).trades) == 1


def test_flatten_closes_everything_then_stops():
    stage = Stage()
    stage.turn(4)
    stage.store.want(ID, Wish.FLATTEN, "enough")
    stage.venue.faults.extend(["refuse"])
    assert stage.turn(4, advance=False) is False
    state = asyncio.run(stage.venue.state())
    assert not state.trades
    assert stage.submits()[-1].role is Role.MANUAL
    assert stage.state().condition is Condition.STOPPED


def test_flatten_does_not_wait_for_an_entry_of_unknown_outcome_to_close_the_rest():
    stage = Stage(Restless(), options={"bars_wait": 0, "patience": 3_600})
    stage.turn(2)
    stage.venue.faults.extend(["drop"])
    stage.turn(1)
    stage.store.want(ID, Wish.FLATTEN, "enough")
    assert stage.session.book.mine()
    assert stage.turn(1, advance=False) is True
    assert not stage.session.book.mine()
    stage.venue.time += 61 * MINUTE
    assert stage.turn(1, advance=False) is False


def test_flatten_cancels_what_waits():
    stage = Stage(Restless(entry=1, stop=0.02))
    stage.turn(2)
    assert stage.session.book.waiting(EUR)
    stage.store.want(ID, Wish.FLATTEN, "enough")
    assert stage.turn(4, advance=False) is False
    assert isinstance(stage.venue.sent[-1], Cancel)


def test_a_person_closes_moves_and_adopts():
    stage = Stage()
    stage.turn(4)
    trade = stage.session.book.mine()[0].id
    stage.act(act="move-stop", trade=trade, price="1.095")
    stage.turn(1, advance=False)
    assert stage.session.book.trades[trade].stop == Decimal("1.095")
    stage.act(act="close", trade=trade)
    stage.turn(1, advance=False)
    assert not stage.session.book.mine()
    stage.venue.stranger(EUR, Decimal(500))
    stage.turn(1, advance=False)
    (stranger,) = stage.session.book.trades
    stage.act(act="close", trade=stranger)
    stage.turn(1, advance=False)
    refused = [entry.body["refused"] for entry in stage.rows("decision") if "refused" in entry.body]
    assert refused == [f"trade {stranger} is not the session's; adopt it first"]
    stage.act(act="adopt", trade=stranger)
    stage.act(act="close", trade=stranger)
    stage.turn(2, advance=False)
    assert not stage.session.book.trades
    assert AlertKind.FOREIGN in stage.alerts.kinds()


def test_strangers_are_left_alone_and_keep_entries_back():
    stage = Stage()
    stage.turn(1)
    stage.venue.stranger(EUR, Decimal(500))
    stage.turn(4)
    assert not stage.submits()
    assert [entry.body["limit"] for entry in stage.rows("blocked")] == ["foreign trade"]
    assert [trade.units for trade in asyncio.run(stage.venue.state()).trades] == [500]


def test_a_limit_blocks_an_entry_by_name_and_figures():
    stage = Stage(limits={**OFF, "units": "500"})
    stage.turn(4)
    (blocked,) = stage.rows("blocked")
    assert not stage.venue.sent
    assert (blocked.body["limit"], blocked.body["level"], blocked.body["bound"]) == ("units", "1000", "500")


def test_the_limits_of_the_account_count_what_others_hold():
    stage = Stage(limits={**OFF, "account.units": "1200"})
    stage.turn(4)
    quote = asyncio.run(stage.venue.quotes([EUR]))[EUR]
    now, order = stage.venue.time, Submit("", EUR, Decimal(500))
    verdict = stage.session.gate.verdict(order, 1.1, now, quote, now)
    assert [(one.scope, one.name, one.level) for one in verdict.breaches] == [("account", "units", 1500)]
    assert stage.session.gate.verdict(replace(order, units=Decimal(-500)), 1.1, now, quote, now).allowed


def test_a_blocked_reversal_still_leaves():
    stage = Stage(Restless(), limits={**OFF, "orders_per_day": "1"})
    stage.turn(5)
    assert [one.reduce_only for one in stage.submits()] == [False, True]
    assert not stage.session.book.mine()


def test_a_clock_that_goes_back_is_noted():
    stage = Stage()
    stage.turn(3)
    stage.venue.time -= 65 * MINUTE
    stage.turn(1, advance=False)
    assert any("the clock went back" in entry.body["text"] for entry in stage.rows("note"))
    assert stage.state().condition is Condition.RUNNING


def test_a_revised_bar_is_noted_and_changes_nothing():
    stage = Stage()
    stage.turn(3)
    stage.venue.market[EUR].mid.close[1] += 0.001
    before = list(rows_of(stage.session.memory.history.bars(EUR)))
    stage.turn(1)
    assert [entry.key for entry in stage.rows("note") if entry.key.startswith("revised")]
    assert list(rows_of(stage.session.memory.history.bars(EUR)))[: len(before)] == before


def test_waits_for_a_bar_that_may_still_come():
    """Two instruments; the bar of one is late by a few seconds, then it counts as a hole."""
    one, other = quoted(EUR, [1.1] * 6), wandering("GBP_USD", 1, 3, start=1.3)
    venue = FakeVenue({EUR: one, "GBP_USD": other}, int(one.time[0]))
    store = FakeSessionStore()
    session = session_of(
        venue, [Allocation(BuyOnce(row=4), (EUR, "GBP_USD"), FixedUnits(1000))], store, options={"bars_wait": 30}
    )

    async def live():
        for _ in range(6):
            await session.turn()
            await venue.next(venue.now())
        venue.time = int(one.known_at[4])
        await session.turn()
        waiting = list(venue.sent)
        venue.time += 31 * 10**9
        await session.turn()
        return waiting

    assert asyncio.run(live()) == []
    assert len(venue.sent) == 1


def test_restart_is_told_and_repeats_no_decision():
    stage = Stage(Restless(), sizing=PercentRisk(1.0))
    stage.turn(4)
    decided, sent = len(stage.rows("decision")), len(stage.venue.sent)
    stage.again()
    stage.turn(1, advance=False)
    stage.again()
    stage.turn(1, advance=False)
    assert stage.alerts.kinds().count(AlertKind.RESTART) == 2
    assert len(stage.rows("decision")) <= decided + 1
    assert len(stage.venue.sent) <= sent + 1
    assert len({one.client_id for one in stage.venue.sent}) == len(stage.venue.sent)


def test_the_end_of_a_replay_ends_the_session():
    stage = Stage()
    assert run(stage.session) is Condition.STOPPED
    assert stage.state().reason == "the market has ended"


def test_a_hedging_account_is_refused():
    stage = Stage()
    state = asyncio.run(stage.venue.state())

    async def hedging():
        return replace(state, hedging=True)

    stage.venue.state = hedging
    assert stage.turn(1) is False
    assert "hedging" in stage.state().reason


def test_friday_flat_closes_before_the_weekend():
    stage = Stage(limits={**OFF, "friday_flat": "12:00", "zone": "UTC"}, closes=(1.1,) * 120)
    stage.turn(119)
    assert not stage.session.book.mine()
    assert stage.submits()[-1].role is Role.MANUAL
    friday = [one.time for one in stage.venue.log if one.kind is Kind.FILL][-1]
    assert (friday - stage.bars.time[0]) % (24 * HOUR) == 13 * HOUR  # the market begins at 23:00


def test_what_a_reply_says_is_kept():
    stage = Stage()
    stage.venue.faults.extend(["lose"])
    stage.turn(3)
    (reply,) = stage.rows("reply")
    assert reply.body["fate"] == Fate.UNKNOWN
    assert stage.session.book.mine()


class Breaks(BuyOnce):
    """Fails once it has bought."""

    def decide(self, bars):
        if len(bars) > 3:
            raise ValueError("no idea")
        return super().decide(bars)


@pytest.mark.parametrize("trouble", ["strategy", "duplicate"])
def test_flatten_closes_what_a_failed_session_left(trouble):
    stage = Stage(Breaks() if trouble == "strategy" else BuyOnce())
    if trouble == "duplicate":
        stage.venue.faults.append("twice")
    assert stage.turn(8) is False
    assert stage.state().condition is Condition.FAILED
    stage.store.want(ID, Wish.FLATTEN, "enough")
    assert stage.state().condition is Condition.NEW
    stage.again()
    assert stage.turn(1, advance=False) is False
    assert stage.state().condition is Condition.STOPPED
    assert not asyncio.run(stage.venue.state()).trades


def test_who_resumes_a_session_has_looked_into_its_duplicate():
    stage = Stage()
    stage.venue.faults.append("twice")
    assert stage.turn(8) is False
    stage.again()
    assert stage.turn(1) is False
    stage.store.want(ID, Wish.RUN, "looked into")
    stage.again()
    assert stage.turn(2) is True
    stage.again()
    assert stage.turn(1) is True
    assert stage.session.book.units(EUR) == 2000


@pytest.mark.parametrize("wish", [Wish.PAUSE, Wish.STOP])
def test_an_entry_that_waits_does_not_outlive_the_wish_for_entries(wish):
    stage = Stage(Restless(entry=1, stop=0.02))
    stage.turn(2)
    assert stage.session.book.waiting(EUR)
    stage.store.want(ID, wish, "news ahead")
    stage.turn(1, advance=False)
    assert not stage.session.book.waiting(EUR)
    assert stage.state().condition is (Condition.PAUSED if wish is Wish.PAUSE else Condition.STOPPED)


def test_stop_waits_for_an_entry_that_may_be_on_its_way():
    stage = Stage()
    stage.turn(2)
    stage.venue.faults.append("late")
    stage.turn(1, advance=False)
    stage.store.want(ID, Wish.STOP, "enough")
    assert stage.turn(1, advance=False) is True
    stage.venue.deliver()
    assert stage.turn(1, advance=False) is False
    assert stage.session.book.mine()


def test_a_way_out_that_was_cancelled_is_tried_again_after_a_while():
    stage = Stage()
    stage.turn(4)
    stage.act(act="close", trade=stage.session.book.mine()[0].id)
    stage.venue.faults.extend(["thin", "thin"])
    stage.turn(1, advance=False)
    assert [one.reduce_only for one in stage.submits()] == [False, True]
    stage.turn(3, advance=False)
    assert len(stage.submits()) == 2
    for seconds, sent in ((1, 3), (1, 3), (1, 4)):
        stage.venue.time += seconds * 10**9
        stage.turn(1, advance=False)
        assert len(stage.submits()) == sent
    assert not stage.session.book.mine()


def test_the_accounts_limits_hold_from_the_first_turn_of_a_process_on():
    stage = Stage(limits={**OFF, "account.units": "500"})
    stage.turn(2)
    stage.again()
    stage.turn(1)
    assert not stage.venue.sent
    assert [entry.body["limit"] for entry in stage.rows("blocked")] == ["units"]


@pytest.mark.parametrize(("amount", "blocked"), [(-40_000, []), (40_000, ["daily_loss"])])
def test_money_that_comes_or_goes_is_neither_gain_nor_loss(amount, blocked):
    stage = Stage(BuyOnce(row=3), limits={**OFF, "account.daily_loss": "5"})
    stage.turn(2)
    stage.venue.transfer(Decimal(amount))
    stage.venue.charge({1: Decimal(-8_000 if blocked else 0)})
    stage.turn(4)
    assert [entry.body["limit"] for entry in stage.rows("blocked")] == blocked
    assert len(stage.submits()) == (0 if blocked else 1)


def test_an_account_whose_log_began_anew_keeps_entries_back():
    stage = Stage()
    stage.turn(2)
    stage.venue.log[:] = []
    stage.session.book.last = 7
    stage.again()
    stage.turn(1)
    assert not stage.venue.sent
    assert "books differ" in stage.session.gate.closed


def test_what_a_person_cannot_mean_is_refused():
    stage = Stage()
    pound = quoted("GBP_USD", [1.3] * 8)
    stage.venue = FakeVenue({EUR: stage.bars, "GBP_USD": pound}, int(pound.time[0]))
    stage.again()
    stage.turn(4)
    trade = stage.session.book.mine()[0].id
    for price in ("inf", "nan", "-1", "soon"):
        stage.act(act="move-stop", trade=trade, price=price)
    stage.venue.stranger("GBP_USD", Decimal(5))
    stage.act(act="adopt", trade=len(stage.venue.log))
    stage.turn(2, advance=False)
    refused = [entry.body["refused"] for entry in stage.rows("decision") if "refused" in entry.body]
    assert [text.split()[-1] for text in refused] == ["price", "price", "price", "price", "GBP_USD"]


def test_a_stop_is_moved_to_the_tick_and_once():
    stage = Stage()
    stage.turn(4)
    trade, sent = stage.session.book.mine()[0].id, len(stage.venue.sent)
    stage.act(act="move-stop", trade=trade, price="1.0949999999")
    stage.turn(3, advance=False)
    assert stage.session.book.trades[trade].stop == Decimal("1.09500")
    assert len(stage.venue.sent) == sent + 1


def test_a_stop_on_its_way_does_not_keep_a_position_from_being_closed():
    stage = Stage()
    stage.turn(4)
    stage.act(act="move-stop", trade=stage.session.book.mine()[0].id, price="1.095")
    stage.venue.faults.extend(["drop", "drop"])
    stage.turn(1, advance=False)
    stage.store.want(ID, Wish.FLATTEN, "enough")
    stage.turn(1, advance=False)
    assert not stage.session.book.mine()


def test_an_entry_that_met_a_market_just_closed_goes_out_when_it_trades_again():
    stage = Stage()
    stage.turn(2)
    stage.venue.faults.append("halt")
    stage.turn(2, advance=False)
    assert len(stage.submits()) == 1
    stage.venue.time += 2 * 10**9
    stage.turn(1, advance=False)
    assert [one.reduce_only for one in stage.submits()] == [False, False]
    assert stage.session.book.units(EUR) == 1000


class EvenOut(BuyOnce):
    """Buys once, and moves its stop to the fill price after a small gain."""

    def decide(self, bars):
        found = super().decide(bars)
        return replace(found, break_even_trigger=np.full(len(bars), 0.001))


def test_a_stop_whose_move_was_refused_is_moved_at_the_next_bar():
    stage = Stage(EvenOut(), closes=(1.1, 1.1, 1.105, 1.105, 1.105, 1.105, 1.105, 1.105))
    stage.turn(3)
    (trade,) = stage.session.book.mine()
    stage.venue.faults.append("reject")
    stage.turn(4)
    assert sum(isinstance(one, Protect) for one in stage.venue.sent) == 2
    assert stage.session.book.trades[trade.id].stop == trade.price
