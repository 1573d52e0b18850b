"""A small generated market with all that a feature may read: bars, slower bars of another pair, a revised series."""

from dataclasses import replace
from functools import cache

import numpy as np

from mbats.features.view import View
from mbats.market.local_time import DAY, HOUR
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe

BEGIN = 1_704_146_400_000_000_000  # 2024-01-01 22:00 UTC


@cache
def view_of_everything(rows=360, signal=0.0):
    """EUR_USD by the hour with volumes, GBP_USD by four hours, and payrolls that are published late and revised."""
    end = BEGIN + 2 * rows * HOUR
    bars = planted(["EUR_USD"], Timeframe("H1"), BEGIN, end, signal=signal)["EUR_USD"].rows(0, rows)
    other = planted(["GBP_USD"], Timeframe("H4"), BEGIN, end)["GBP_USD"]
    draws = np.random.default_rng(7)
    bars = replace(bars, volume=draws.integers(1, 1_000, rows).astype(float))
    month = np.repeat(BEGIN + np.arange(-7, rows // 24, 7) * DAY, 2)
    known = month + np.tile([3, 10], len(month) // 2) * DAY
    order = np.argsort(known, kind="stable")
    payrolls = {"time": month[order], "known_at": known[order], "value": draws.standard_normal(len(month))}
    return View(bars, {"GBP_USD": other}, {"payrolls": payrolls})
