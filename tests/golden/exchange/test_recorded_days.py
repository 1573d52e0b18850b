"""Daily candles cut from recorded hours, against the days that were recorded beside them.

Source: LEAN's sample data, OANDA's EUR_USD bars of 2007 to 2018. Its days begin at midnight UTC. Its opens are the
closes before, hours' and days' alike, so they say nothing new.
"""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from fakes.tapes import Past, at
from mbats.exchange.candles.book import CandleBook
from mbats.exchange.candles.query import CandleQuery
from mbats.exchange.tape import FixedTape
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.columns import FloatColumn
from mbats.market.timeframe import Timeframe

PRICES = ("open", "high", "low", "close")


def recorded(folder: Path, timeframe: str) -> dict[str, FloatColumn]:
    table = pq.read_table(folder / f"oanda_EUR_USD_{timeframe}.parquet")
    return {name: table[name].to_numpy() for name in table.column_names if name != "instrument"}


def side(columns: dict[str, FloatColumn], name: str) -> Quotes:
    return Quotes(*(columns[f"{name}_{price}"] for price in PRICES))


def test_days_made_of_recorded_hours_are_the_recorded_days(shared_data: Path) -> None:
    hours, days = recorded(shared_data, "H1"), recorded(shared_data, "D")
    time = hours["time"].astype("datetime64[ns]").astype(np.int64)
    frame, bid, ask = Timeframe("H1"), side(hours, "bid"), side(hours, "ask")
    bars = Bars(fx_pair("EUR_USD"), frame, time, known_at(time, frame), bid, np.zeros(len(time)), bid, ask)
    tape = FixedTape({"EUR_USD": bars})
    book = CandleBook(Past({"EUR_USD": tape.bars("EUR_USD", 2**62)}, int(bars.known_at[-1])))
    query = CandleQuery(
        "EUR_USD", "D", "BA", count=5_000, end=at("2018-12-31"), daily_alignment=0, alignment_timezone="UTC"
    )
    made = book.candles(query)
    opened = days["time"].astype("datetime64[ns]").astype(np.int64)
    _, ours, theirs = np.intersect1d(made.time, opened, return_indices=True)
    assert len(ours) > 3_700
    for name, own in (("bid", made.bid), ("ask", made.ask)):
        assert own is not None
        for price in PRICES[1:]:
            same = getattr(own, price)[ours] == days[f"{name}_{price}"][theirs]
            assert same.all(), (name, price, int((~same).sum()))
