"""Candles in pages, complete ones alone, and prices of now."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import httpx
import numpy as np
import pytest

from fakes.bars import bars
from mbats.adapters.oanda import candles as module
from mbats.adapters.oanda.candles import Candles
from mbats.adapters.oanda.feed import OandaFeed
from mbats.adapters.oanda.instruments import Instruments
from mbats.errors.broker import MalformedAnswer, UnknownGranularity, UnknownVenueInstrument
from mbats.market.timeframe import Alignment, Timeframe

H1 = Timeframe("H1")
HOUR = H1.nanoseconds


@pytest.fixture
def feed(client):
    return OandaFeed(client, Instruments(client), Candles(client))


@pytest.fixture
def stored(server):
    made = bars("2024-01-08T00", 60)
    server.bars["EUR_USD", "H1"] = made
    return made


def read(feed, start, end=None, timeframe=H1):
    return asyncio.run(feed.bars("EUR_USD", timeframe, int(start), None if end is None else int(end)))


def test_bars_are_those_of_the_venue_to_the_bit_and_the_forming_one_is_left_out(feed, stored, server):
    got = read(feed, stored.time[0])
    assert len(got) == 60, "at 12:00 the bar of 11:00 is complete; there is none of 12:00 yet"
    server.now += HOUR // 2
    longer = bars("2024-01-08T00", 61)
    server.bars["EUR_USD", "H1"] = longer
    got = read(feed, stored.time[0])
    for name in ("time", "known_at", "volume"):
        np.testing.assert_array_equal(getattr(got, name), getattr(stored, name))
    for side in ("bid", "ask"):
        for price in ("open", "high", "low", "close"):
            assert getattr(getattr(got, side), price).tobytes() == getattr(getattr(stored, side), price).tobytes()
    assert got.mid.close.tobytes() == ((stored.bid.close + stored.ask.close) / 2).tobytes()
    assert (got.vendor, got.alignment) == ("paper", Alignment.NEW_YORK_17)
    assert got.instrument.margin_rate == Decimal("0.0333"), "the venue's figure wins over the catalogue's"


def test_ranges_are_half_open_and_an_unaligned_start_brings_no_earlier_bar(feed, stored):
    assert len(read(feed, stored.time[3], stored.time[7])) == 4
    assert read(feed, stored.time[3] + 1, stored.time[7]).time[0] == stored.time[4]
    assert len(read(feed, stored.time[59] + HOUR)) == 0


@pytest.mark.parametrize("size", [7, 20, 60, 61])
def test_long_ranges_come_in_pages_without_a_bar_twice_or_missing(feed, stored, server, monkeypatch, size):
    monkeypatch.setattr(module, "MOST", size)
    monkeypatch.setattr("mbats.adapters.oanda.feed.MOST", size)
    monkeypatch.setattr(Candles.from_on, "__defaults__", (size,))
    server.bars["EUR_USD", "H1"] = holed = replace(
        stored, **{name: getattr(stored, name)[::2] for name in ("time", "known_at", "volume")},
        bid=stored.bid.rows(np.arange(0, 60, 2)), ask=stored.ask.rows(np.arange(0, 60, 2)),
    )  # fmt: skip
    np.testing.assert_array_equal(read(feed, stored.time[0]).time, holed.time)
    asked = [query for _, path, query, _ in server.asked if path.endswith("/candles")]
    assert len(asked) == max(-(-30 // size), 1) + (30 % size == 0)


def test_the_days_of_candles_are_asked_for_in_so_many_words(feed, stored, server):
    read(feed, stored.time[0])
    (query,) = [query for _, path, query, _ in server.asked if path.endswith("/candles")]
    assert (query["price"], query["dailyAlignment"], query["weeklyAlignment"]) == ("BA", "17", "Friday")
    assert query["alignmentTimezone"] == "America/New_York"


def test_what_the_venue_lacks_is_refused_by_name(feed, stored):
    with pytest.raises(UnknownVenueInstrument, match="EUR_XYZ"):
        asyncio.run(feed.bars("EUR_XYZ", H1, 0))
    with pytest.raises(UnknownGranularity, match="M3"):
        read(feed, stored.time[0], timeframe=Timeframe("M3"))


@pytest.mark.parametrize("row", [{}, {"complete": True, "time": "now", "volume": 1}, None])
def test_a_garbled_candle_is_an_error_and_no_bar(feed, stored, server, row):
    server.answers["/instruments/EUR_USD/candles"] = [httpx.Response(200, json={"candles": [row]})]
    with pytest.raises(MalformedAnswer):
        read(feed, stored.time[0])


def test_quotes_tell_both_sides_whether_they_can_be_traded_and_what_money_is_worth(feed, stored, server):
    price = {
        "instrument": "EUR_USD",
        "time": "2024-01-05T21:58:00.000000000Z",
        "tradeable": False,
        "bids": [{"price": "1.10000", "liquidity": 1}, {"price": "1.09990", "liquidity": 9}],
        "asks": [],
        "closeoutBid": "1.09980",
        "closeoutAsk": "1.10040",
    }
    homes = [{"currency": "USD", "accountGain": "0.995", "accountLoss": "1.005", "positionValue": "1"}]
    server.answers["/pricing"] = [httpx.Response(200, json={"prices": [price], "homeConversions": homes})]
    (quote,) = asyncio.run(feed.quotes(["EUR_USD"])).values()
    assert (quote.bid, quote.ask, quote.tradeable) == (Decimal("1.10000"), Decimal("1.10040"), False)
    assert (quote.gain_rate, quote.loss_rate, quote.time) == (
        *(Decimal("0.995"), Decimal("1.005")),
        1_704_491_880_000_000_000,
    )
    assert server.asked[-1][2]["includeHomeConversions"] == "true"
    server.answers["/pricing"] = [httpx.Response(200, json={"prices": [{"instrument": "EUR_USD"}]})]
    with pytest.raises(MalformedAnswer):
        asyncio.run(feed.quotes(["EUR_USD"]))
