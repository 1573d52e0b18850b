"""What a watchdog blocks, what it flattens, and what it leaves alone."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from fakes.broker import FakeVenue
from fakes.live import OFF, quoted, terms_of
from fakes.market import MONDAY
from fakes.session_store import FakeSessionStore
from mbats.adapters.files.beacon import FolderBeacon
from mbats.clock import SystemClock
from mbats.errors.database import DatabaseUnreachable
from mbats.execution.broker import Kind, Submit, Transaction
from mbats.live.alerts import AlertKind
from mbats.live.beacon import Beat
from mbats.live.book import Book
from mbats.live.highs import Course
from mbats.live.memory import prefix
from mbats.live.store import Condition, Wish
from mbats.live.suspicion import repetition
from mbats.live.watchdog import Posts, Watchdog

HOUR = 3_600_000_000_000
FALLING = [1.1000, 1.1000, 1.0900, 1.0500, 1.0400]


class Heard(list):
    def tell(self, kind, text, facts):
        self.append((kind, text))

    def kinds(self):
        return [kind for kind, _ in self]


def course(*navs):
    found = Course()
    for time, value in navs:
        found.add(time, value)
    return found


class Scene:
    """A session with one trade, and a watchdog that looks at it."""

    def __init__(self, folder, limits=None):
        market = {symbol: quoted(symbol, FALLING) for symbol in ("EUR_USD", "GBP_USD")}
        self.venue = FakeVenue(market, MONDAY)
        self.terms = terms_of(self.venue, ["EUR_USD"], MONDAY, limits=OFF | (limits or {}))
        self.prefix = prefix(self.terms.id)
        self.store, self.beacon, self.alerts = FakeSessionStore(), FolderBeacon(folder, SystemClock()), Heard()
        self.store.create(self.terms)
        self.book = Book(self.prefix, asyncio.run(self.venue.state()))
        self.watch()

    def buy(self, units="100000", name="a-1"):
        order = Submit(self.prefix + name, "EUR_USD", Decimal(units), stop=Decimal("1.00000"))
        asyncio.run(self.venue.send(order))

    def watch(self, past=None):
        posts = Posts(self.venue, self.store, self.beacon, self.alerts)
        self.watchdog = Watchdog(self.terms, self.prefix, self.book, posts, past=past)

    def beat(self, units="100000", adopted=()):
        held = {"EUR_USD": Decimal(units)} if Decimal(units) else {}
        self.beacon.beat(str(self.terms.id), Beat(self.venue.time, len(self.venue.log), held, adopted=adopted))

    def look(self):
        return [finding.cause for finding in asyncio.run(self.watchdog.look(self.venue.time))]

    @property
    def latched(self):
        return self.beacon.latched(str(self.terms.id))

    @property
    def units(self):
        return sum(trade.units for trade in asyncio.run(self.venue.state()).trades)

    @property
    def wish(self):
        return self.store.states(str(self.terms.id))[0].wish


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_all_is_well(scene):
    scene.buy()
    scene.beat()
    assert (scene.look(), scene.latched, scene.alerts) == ([], None, [])


def test_silence_blocks_entries_until_the_session_speaks_again_and_touches_nothing(scene):
    scene.buy()
    assert scene.look() == ["silence"]
    assert "said nothing" in scene.latched
    assert (scene.units, scene.wish) == (100_000, Wish.RUN)
    scene.beat()
    assert (scene.look(), scene.latched) == ([], None)
    assert scene.alerts.kinds() == [AlertKind.TROUBLE]


@pytest.mark.parametrize("away", ["venue", "database"])
def test_a_venue_or_a_database_that_is_away_blocks_entries_and_keeps_the_stops(scene, away, monkeypatch):
    scene.buy()
    scene.beat()
    if away == "venue":
        scene.venue.cuts = 1
    else:

        def gone(*_):
            raise DatabaseUnreachable(address="here", cause="it is off")

        monkeypatch.setattr(scene.store, "states", gone)
    assert scene.look() == [away]
    assert scene.latched
    assert scene.units == 100_000
    monkeypatch.undo()
    assert (scene.look(), scene.latched) == ([], None)


def test_a_duplicate_order_is_flattened_and_the_session_told_to_stop(scene):
    scene.venue.faults.append("twice")
    scene.buy()
    scene.beat("200000")
    assert "duplicate order" in scene.look()
    assert scene.wish is Wish.FLATTEN
    scene.look()
    assert scene.units == 0
    assert not scene.watchdog.flattening
    assert scene.alerts.kinds() == [AlertKind.BREACH, AlertKind.STOPPED]
    assert "client id" in scene.latched  # and that lasts


def test_a_position_that_the_session_does_not_know_of_is_flattened(scene):
    scene.buy()
    scene.beat("0")
    assert scene.look() == ["position differs"]
    scene.look()
    assert scene.units == 0


def test_books_are_compared_as_of_one_transaction_not_with_what_came_since(scene):
    scene.beat("0")
    scene.buy()
    assert scene.look() == []
    assert scene.units == 100_000


def test_a_loss_beyond_the_limit_is_flattened_by_a_watchdog_whose_database_is_away(tmp_path, monkeypatch):
    scene = Scene(tmp_path, {"daily_loss": "3"})
    scene.buy()
    scene.beat()
    assert scene.look() == []
    for _ in range(3):
        asyncio.run(scene.venue.next(None))
    scene.beat()
    assert scene.look() == []  # 1 % is lost

    def gone(*_):
        raise DatabaseUnreachable(address="here", cause="it is off")

    monkeypatch.setattr(scene.store, "states", gone)
    monkeypatch.setattr(scene.store, "want", gone)
    asyncio.run(scene.venue.next(None))
    scene.beat()
    assert set(scene.look()) == {"database", "loss limit"}
    scene.beat("0")
    scene.look()
    assert scene.units == 0
    assert "daily_loss" in scene.latched


def test_a_halted_market_is_tried_again_until_it_trades(scene):
    scene.venue.faults.append("twice")
    scene.buy()
    scene.beat("200000")
    scene.venue.faults.extend(["halt", "halt"])
    scene.look()
    scene.look()
    assert (scene.units, scene.watchdog.flattening) == (200_000, True)
    scene.look()
    scene.look()
    assert (scene.units, scene.watchdog.flattening) == (0, False)


def test_what_others_hold_elsewhere_on_the_account_stays(scene):
    asyncio.run(scene.venue.send(Submit("somebody", "GBP_USD", Decimal(7))))
    scene.venue.faults.append("twice")
    scene.buy()
    scene.beat("200000")
    scene.look()
    scene.look()
    assert [trade.client_id for trade in asyncio.run(scene.venue.state()).trades] == ["somebody"]


def test_an_adopted_trade_is_no_difference_and_is_closed_with_the_rest(scene):
    scene.venue.stranger("EUR_USD", Decimal(500))
    scene.beat("0")
    assert scene.look() == []
    trade = len(scene.venue.log)
    scene.beat("500", adopted=(trade,))
    assert scene.look() == []
    scene.beat("400", adopted=(trade,))
    assert scene.look() == ["position differs"]
    scene.look()
    assert scene.units == 0


def test_a_word_from_before_the_adoption_is_not_compared(scene):
    scene.venue.stranger("EUR_USD", Decimal(500))
    scene.beat("0")
    scene.look()
    scene.book.adopt(len(scene.venue.log))
    scene.watch()
    assert scene.look() == []


def test_money_paid_out_is_no_loss_and_money_paid_in_hides_none(tmp_path):
    scene = Scene(tmp_path, {"account.daily_loss": "5"})
    scene.beat("0")
    scene.look()
    scene.venue.transfer(Decimal(-40_000))
    scene.beat("0")
    assert scene.look() == []
    scene.buy()
    for _ in range(3):
        asyncio.run(scene.venue.next(None))
    scene.venue.transfer(Decimal(500_000))
    scene.venue.jump("EUR_USD", 0.5, 0.5001)
    scene.beat("0")
    assert "loss limit" in scene.look()


def test_a_watchdog_that_begins_in_the_middle_of_a_day_counts_what_was_lost_of_it(tmp_path):
    scene = Scene(tmp_path, {"daily_loss": "3"})
    now = scene.venue.time
    scene.watch(past=(course((now - 30 * HOUR, 104_000.0), (now - 2 * HOUR, 100_000.0)), Course()))
    scene.beat("0")
    assert scene.look() == []
    scene.watch(past=(course((now - 30 * HOUR, 100_000.0), (now - 2 * HOUR, 104_000.0)), Course()))
    assert scene.look() == ["loss limit"]


def test_a_loss_taken_between_two_questions_counts_once(tmp_path):
    scene = Scene(tmp_path, {"daily_loss": "3"})
    scene.buy()
    scene.beat()
    scene.look()
    scene.venue.jump("EUR_USD", 1.0801, 1.0803)
    real = scene.venue.state

    async def state():
        seen = await real()
        if seen.trades:
            scene.venue.jump("EUR_USD", 1.0799, 1.0801)
            await scene.venue.send(Submit(scene.prefix + "a-2", "EUR_USD", Decimal(-100_000), reduce_only=True))
            scene.beat("0")
        return seen

    scene.venue.state = state
    assert scene.look() == []


def test_a_session_that_failed_and_was_stopped_is_let_go(scene):
    scene.store.tell(scene.terms.id, Condition.FAILED, "no idea")
    assert not scene.watchdog.over()
    scene.store.want(scene.terms.id, Wish.STOP, "enough")
    assert scene.watchdog.over()


def test_what_a_silent_session_was_to_close_is_closed(scene):
    scene.buy()
    scene.beat()
    scene.store.want(scene.terms.id, Wish.FLATTEN, "enough")
    assert scene.look() == []
    scene.watchdog._patience = -1.0
    assert scene.look() == ["silence", "left undone"]
    scene.look()
    assert scene.units == 0


def test_the_stops_of_two_trades_that_one_order_opened_are_no_duplicate():
    stops = [Transaction(n, 0, Kind.ORDER, {}, "mb-1-a.stop", n, trade=n - 1) for n in (5, 9)]
    assert not repetition(stops, "mb-1-")
    assert repetition([replace(one, trade=0) for one in stops], "mb-1-")


def test_an_account_that_was_begun_anew_keeps_entries_back(scene):
    scene.beat("0")
    scene.venue.log.clear()
    assert scene.look() == ["venue"]
    assert "ends at transaction 0" in scene.latched
