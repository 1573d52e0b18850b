"""From a vendor's pages to the master: only what lacks, page by page, and again after a death in between."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from fakes.bars import bars
from fakes.security_master import FakeSecurityMaster
from mbats.errors.base import MbatsError
from mbats.errors.broker import UnknownVenueInstrument, VenueUnreachable
from mbats.market.timeframe import Alignment, Timeframe
from mbats.pipelines.download.run import fetch, plan
from mbats.schedule.downloads import Download
from mbats.secmaster.bar_table import BarTable
from mbats.secmaster.keys import BarKey

H1 = Timeframe("H1")
START = "2024-01-08T00"


class MadeSource:
    """Implements `BarSource` over bars in memory; dies after `lives` pages."""

    vendor, synthetic, page_bars = "oanda", False, 10

    def __init__(self, *market, lives=10**9):
        self.market = {(one.instrument.symbol, one.timeframe.name): one for one in market}
        self.lives = lives
        self.pages = []
        self.at_once = self.most_at_once = 0

    async def now(self):
        return max(int(one.known_at[-1]) for one in self.market.values())

    async def instruments(self, symbols):
        known = {symbol: one.instrument for (symbol, _), one in self.market.items()}
        if unknown := [symbol for symbol in symbols if symbol not in known]:
            raise UnknownVenueInstrument(url="here", symbols=unknown, account="1")
        return {symbol: known[symbol] for symbol in symbols}

    async def first(self, symbol, timeframe, start):
        time = self.market[symbol, timeframe.name].time
        return next((int(opened) for opened in time if opened >= start), None)

    async def page(self, symbol, timeframe, start, end):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.pages.append((symbol, start, end))
        if len(self.pages) > self.lives:
            raise VenueUnreachable(url="here", why="the cable")
        whole = self.market[symbol, timeframe.name]
        part = whole.between(start, 2**63 - 1 if end is None else end)
        return BarTable(
            "made", symbol, self.vendor, timeframe, np.arange(len(part)), part.time, part.volume,
            bid=part.bid, ask=part.ask, alignment=Alignment.NEW_YORK_17,
        )  # fmt: skip


def wanted(*market, start=0):
    return [Download(one.instrument.symbol, one.timeframe, int(one.time[start])) for one in market]


def go(source, master, downloads, advance=lambda _: None, refresh=2):
    async def both():
        tasks = await plan(source, master, downloads, refresh=refresh)
        return await fetch(source, master, tasks, "mbats data ingest EUR_USD", advance)

    return asyncio.run(both())


@pytest.fixture
def master():
    return FakeSecurityMaster()


@pytest.fixture
def market():
    return bars(START, 95)


KEY = BarKey("EUR_USD", "oanda", "H1")


def test_all_is_fetched_once_and_then_only_the_newest_again(master, market):
    steps = []
    (done,) = go(MadeSource(market), master, wanted(market), steps.append)
    assert (done.key, done.pages, done.read, done.inserted) == (KEY, 10, 95, 95)
    assert steps == [1] * 10
    held = master.bars(KEY)
    assert held.bid.low.tobytes() == market.bid.low.tobytes()
    assert held.mid.close.tobytes() == ((market.bid.close + market.ask.close) / 2).tobytes()
    source = MadeSource(market)
    (again,) = go(source, master, wanted(market))
    assert (again.pages, again.read, again.inserted, again.unchanged) == (1, 3, 0, 3)
    assert source.pages == [("EUR_USD", int(market.time[-3]), None)]


def test_each_page_is_a_run_with_its_command_and_digest(master, market):
    go(MadeSource(market), master, wanted(market))
    assert len(master.sources) == 10
    assert {source.command for source in master.sources} == {"mbats data ingest EUR_USD"}
    assert len({source.digest for source in master.sources}) == 10
    assert master.sources[0].name == "oanda EUR_USD H1, 2024-01-08 00:00:00Z to 2024-01-08 09:00:00Z"


def test_revised_bars_replace_what_was_held(master, market):
    go(MadeSource(market), master, wanted(market))
    high = market.bid.high.copy()
    high[-2] += 0.0001
    (done,) = go(MadeSource(replace(market, bid=replace(market.bid, high=high))), master, wanted(market))
    assert (done.revised, done.unchanged) == (1, 2)


@pytest.mark.parametrize("lives", [0, 1, 4, 7])
def test_after_a_death_in_between_the_next_run_fetches_what_lacks(master, market, lives):
    held = market.rows(40, 50)
    go(MadeSource(held), master, wanted(held))
    with pytest.raises(VenueUnreachable):
        go(MadeSource(market, lives=lives), master, wanted(market))
    before = len(master.bars(KEY))
    (done,) = go(MadeSource(market), master, wanted(market))
    assert done.inserted == 95 - before
    np.testing.assert_array_equal(master.bars(KEY).time, market.time)


def test_sets_are_fetched_side_by_side_but_not_all_at_once(master, market):
    others = [replace(market, instrument=replace(market.instrument, symbol=f"AB{n}_USD")) for n in range(9)]
    source = MadeSource(*others)
    done = go(source, master, wanted(*others))
    assert [one.key.symbol for one in done] == [one.instrument.symbol for one in others]
    assert 4 <= source.most_at_once <= 16


def test_what_the_vendor_does_not_have_is_an_error_or_nothing(master, market):
    with pytest.raises(UnknownVenueInstrument):
        go(MadeSource(market), master, [Download("EUR_XYZ", H1, 0)])
    tomorrow = [Download("EUR_USD", H1, int(market.known_at[-1]) + 1)]
    (done,) = go(MadeSource(market), master, tomorrow)
    assert (done.pages, done.read) == (0, 0)


def test_impossible_bars_are_refused_and_earlier_pages_stay(master, market):
    low = market.bid.low.copy()
    low[55] = np.nan
    broken = replace(market, bid=replace(market.bid, low=low))
    with pytest.raises(MbatsError, match="bid_low"):
        go(MadeSource(broken), master, wanted(market))
    assert len(master.bars(KEY)) == 50


def test_generated_bars_are_marked(master, market):
    source = MadeSource(market)
    source.vendor, source.synthetic = "paper", True
    (done,) = go(source, master, wanted(market))
    assert done.key.vendor == "paper"
    assert master.holdings()[0].synthetic
