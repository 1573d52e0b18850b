"""Bars drawn from a seed: on tick grids and off them, with gaps, holes, flat stretches and one-way runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fuzz.instruments import LEVELS, instrument_of
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.instrument import AssetClass
from mbats.market.timeframe import Alignment, Timeframe

MONDAY = 1_704_067_200 * 10**9  # 2024-01-01: bank holidays and both changes of the clock lie ahead
SIDES = ("open", "high", "low", "close")
_DAY = 86_400 * 10**9


def drawn_bars(rng, symbol, timeframe, rows, *, quoted, step=30):
    """Return up to `rows` bars; `step` is the usual move in ticks: the smaller, the more prices tie."""
    instrument = instrument_of(rng, symbol)
    tick = float(instrument.tick)
    ticks = _walk(rng, rows, round(LEVELS[symbol] / tick), step)
    factor = rng.choice([1.0, 1.0, 1.0, 1.0000317])  # now and then off the grid
    mid = _priced(ticks, tick, factor)
    bars = _timed(rng, instrument, Timeframe(timeframe), rows, mid)
    if quoted:
        bars = _with_quotes(rng, bars, ticks, tick, factor)
    return kept_rows(bars, rng.random(rows) >= rng.choice([0.0, 0.0, 0.03, 0.3]))


def kept_rows(bars, keep):
    """Return the bars where `keep` holds, as arrays of their own."""
    rows = np.flatnonzero(keep)
    return replace(
        bars,
        time=bars.time[rows],
        known_at=bars.known_at[rows],
        mid=bars.mid.rows(rows),
        volume=bars.volume[rows],
        bid=bars.bid.rows(rows) if bars.bid else None,
        ask=bars.ask.rows(rows) if bars.ask else None,
    )


def _walk(rng, rows, start, step):
    style = rng.choice(["walk", "gaps", "flat", "one-way"], p=[0.4, 0.35, 0.17, 0.08])
    moves = np.round(rng.standard_t(3, rows) * step).astype(np.int64)
    if style == "one-way":
        moves[: rng.integers(5, 60)] = step * rng.choice([-1, 1])
    gaps = np.where(rng.random(rows) < (0.5 if style == "gaps" else 0.02), np.round(rng.normal(0, 3 * step, rows)), 0)
    gaps = gaps.astype(np.int64)
    if style == "flat":
        moves[_stretches(rng, rows)] = 0
        gaps[:] = 0
    close = np.maximum(start + np.cumsum(moves + gaps), 100)
    opens = np.maximum(close - moves, 100)
    reach = np.abs(np.round(rng.normal(0, rng.choice([0.0, 0.5, 2.0]) * step, (2, rows)))).astype(np.int64)
    if style == "flat":
        reach[:, moves == 0] *= rng.integers(0, 2)
    high, low = np.maximum(opens, close) + reach[0], np.maximum(np.minimum(opens, close) - reach[1], 50)
    return [opens, high, low, close]


def _stretches(rng, rows):
    flat = np.zeros(rows, dtype=bool)
    for first in rng.integers(0, rows, rng.integers(1, 6)):
        flat[first : first + rng.integers(2, 40)] = True
    return flat


def _priced(ticks, tick, factor):
    places = 8 if factor == 1.0 else 17
    return Quotes(*(np.round(column * tick, places) * factor for column in ticks))


def _with_quotes(rng, bars, ticks, tick, factor):
    opens, high, low, close = ticks
    halves = rng.integers(rng.choice([0, 0, 0, -2]), rng.choice([2, 12]), (4, len(bars)))  # below zero: crossed
    halves *= rng.integers(0, 2, (1, len(bars)))
    sides = []
    for sign in (-1, 1):
        first, last = opens + sign * halves[0], close + sign * halves[3]
        top = np.maximum.reduce([first, last, high + sign * halves[1]])
        bottom = np.minimum.reduce([first, last, low + sign * halves[2]])
        sides.append(_priced([first, top, bottom, last], tick, factor))
    return replace(bars, bid=sides[0], ask=sides[1])


def _timed(rng, instrument, frame, rows, mid):
    """Shares by the sessions of their exchange, days by New York's, all else on weekdays of UTC."""
    share = instrument.asset_class is AssetClass.EQUITY
    if share or not frame.intraday:
        time, alignment = _calendar_times(rng, instrument, frame, rows)
    else:
        time, alignment = _times(rng, rows, frame), Alignment.NEW_YORK_17
    known = known_at(time, frame, alignment, instrument.asset_class, instrument.exchange)
    return Bars(instrument, frame, time, known, mid, np.zeros(rows), alignment=alignment)


def _calendar_times(rng, instrument, frame, rows):
    share = instrument.asset_class is AssetClass.EQUITY
    alignment = Alignment.EXCHANGE_SESSION if share else Alignment.NEW_YORK_17
    begin = MONDAY + int(rng.choice([0, 70, 300])) * _DAY
    most = 2 * (rows * frame.seconds * (4 if share and frame.intraday else 1) // 86_400) + 15
    grid = expected_opens(
        begin, begin + most * _DAY, frame, alignment, instrument.asset_class, exchange=instrument.exchange
    )
    return grid[:rows], alignment


def _times(rng, rows, frame):
    """Bars of weekdays; a bar of more than a day's end or a weekend in between is in every longer case."""
    a_day = 86_400 * 10**9 // frame.nanoseconds
    numbers = np.arange(rows * 2 + 7 * a_day, dtype=np.int64) + rng.integers(0, 7 * a_day)
    weekdays = numbers[(numbers // a_day) % 7 < 5][:rows]
    return weekdays * frame.nanoseconds + MONDAY + rng.choice([0, 70]) * 7 * 86_400 * 10**9
