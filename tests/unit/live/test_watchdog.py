"""What a watchdog blocks, what it flattens, and what it leaves alone."""

import asyncio
from decimal import Decimal

import pytest

from fakes.broker import FakeVenue
from fakes.live import OFF, quoted, terms_of
from fakes.market import MONDAY
from fakes.session_store import FakeSessionStore
from mbats.adapters.files.beacon import FolderBeacon
from mbats.clock import SystemClock
from mbats.errors.database import DatabaseUnreachable
from mbats.execution.broker import Submit
from mbats.live.alerts import AlertKind
from mbats.live.beacon import Beat
from mbats.live.book import Book
from mbats.live.memory import prefix
from mbats.live.store import Wish
from mbats.live.watchdog import Posts, Watchdog

HOUR = 3_600_000_000_000
FALLING = [1.1000, 1.1000, 1.0900, 1.0500, 1.0400]


class Heard(list):
    def tell(self, kind, text, facts):
        self.append((kind, text))

    def kinds(self):
        return [kind for kind, _ in self]


class Scene:
    """A session with one trade, and a watchdog that looks at it."""

    def __init__(self, folder, limits=None):
        market = {symbol: quoted(symbol, FALLING) for symbol in ("EUR_USD", "GBP_USD")}
        self.venue = FakeVenue(market, MONDAY)
        self.terms = terms_of(self.venue, ["EUR_USD"], MONDAY, limits=OFF | (limits or {}))
        self.prefix = prefix(self.terms.id)
        self.store, self.beacon, self.alerts = FakeSessionStore(), FolderBeacon(folder, SystemClock()), Heard()
        self.store.create(self.terms)
        book = Book(self.prefix, asyncio.run(self.venue.state()))
        posts = Posts(self.venue, self.store, self.beacon, self.alerts)
        self.watchdog = Watchdog(self.terms, self.prefix, book, posts)

    def buy(self, units="100000", name="a-1"):
        order = Submit(self.prefix + name, "EUR_USD", Decimal(units), stop=Decimal("1.00000"))
        asyncio.run(self.venue.send(order))

    def beat(self, units="100000"):
        held = {"EUR_USD": Decimal(units)} if Decimal(units) else {}
        self.beacon.beat(str(self.terms.id), Beat(self.venue.time, len(self.venue.log), held))

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
