"""Bars and batches made by hand, for tests of whatever stores them."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource

FILE = IngestionSource("EUR_USD.csv", "sha256:1", "mbats data import EUR_USD.csv")
EUR_USD = Instrument("EUR_USD", AssetClass.FX, "EUR", "USD", Decimal("0.0001"), Decimal("0.00001"))


def quotes(level):
    return Quotes(level, level + 0.002, level - 0.002, level + 0.001)


def bars(start="2021-12-31T18", count=12, *, timeframe="H1", sided=True, instrument=EUR_USD, synthetic=False):
    frame = Timeframe(timeframe)
    time = np.datetime64(start, "ns").astype(np.int64) + np.arange(count) * frame.nanoseconds
    mid = 1.1 + np.arange(count) / 1_000
    return Bars(
        instrument=instrument,
        timeframe=frame,
        time=time,
        known_at=known_at(time, frame),
        mid=quotes(mid),
        volume=np.arange(count, dtype=np.float64),
        bid=quotes(mid - 0.0001) if sided else None,
        ask=quotes(mid + 0.0001) if sided else None,
        vendor="oanda",
        synthetic=synthetic,
    )


def batch(table, flags=None, complete=None, **key):
    name = BarKey(table.instrument.symbol, table.vendor, table.timeframe.name)
    nothing = np.zeros(len(table), dtype=np.int16)
    return BarBatch(replace(name, **key), table, nothing if flags is None else flags, complete)
