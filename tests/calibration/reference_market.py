"""Statistics that tell whether the reference market is a fair game."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from mbats.market import fx_week
from mbats.market.local_time import HOUR
from mbats.market.reference.fixings import CURRENCIES, Fixings
from mbats.market.reference.forecast import BURN_IN, Forecast, forecast_of
from mbats.market.reference.minutes import Minutes, minutes, random_numbers
from mbats.market.reference.pegs import pegged
from mbats.market.reference.process import NU, NU_DAY
from mbats.market.reference.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

FIXING_HOUR = 15
"""14:15 Frankfurt is 15 hours and a quarter after 17:00 New York, but for some weeks a year."""
LAGS = 200
_STRETCHES_AT_A_TIME = 125


@dataclass(frozen=True)
class Hourly:
    """Log mids of all pairs at the end of every trading hour.

    Attributes
    ----------
    time
        Beginning of each hour, shape (n,).
    hour
        Hours since 17:00 New York, shape (n,).
    logs
        Shape (n, p), one column a pair.
    forecast
        Forecast variance of an ordinary weekday, from fixings before the hour, shape (n, p).
    sound
        False where a currency of the pair has a hole, shape (n, p).
    """

    pairs: list[tuple[int, int]]
    time: TimeColumn
    hour: IntColumn
    logs: NDArray[np.float64]
    forecast: NDArray[np.float64]
    sound: NDArray[np.bool_]

    def name(self, column: int) -> str:
        """The pair of a column, in the order of the fixings' currencies."""
        return "_".join(("EUR", *CURRENCIES)[currency] for currency in self.pairs[column])


def hourly(fixings: Fixings, seed: int, past: Forecast | None = None) -> Hourly:
    """Return all hours of the market; `past` is the fixings' own forecast unless another is given."""
    past, moments = past or forecast_of(fixings), fixings.moments
    first, last = BURN_IN, len(moments) - 1
    times, logs, variances, holes = [], [], [], []
    for begin in range(first, last, _STRETCHES_AT_A_TIME):
        end = min(begin + _STRETCHES_AT_A_TIME, last)
        part = minutes(fixings, past, int(moments[begin]), int(moments[end]), seed)
        ends = np.flatnonzero(np.diff(part.time // HOUR, append=-1))
        times.append(part.time[ends] // HOUR * HOUR)
        logs.append(part.end[ends])
        rows = part.stretch[ends]
        variances.append(np.pad(past.covariance[begin:end], ((0, 0), (1, 0), (1, 0)))[rows])
        holes.append(_holes(part)[rows])
    time, log, covariance, hole = (np.concatenate(parts) for parts in (times, logs, variances, holes))
    pairs = list(combinations(range(log.shape[1]), 2))
    one, two = np.array(pairs).T
    diagonal = np.einsum("naa->na", covariance)
    hours = (time - (fx_week.next_day_ends(time) - 24 * HOUR)) // HOUR
    return Hourly(
        pairs=pairs,
        time=time,
        hour=hours,
        logs=log[:, two] - log[:, one],
        forecast=diagonal[:, one] + diagonal[:, two] - 2 * covariance[:, one, two],
        sound=~hole,
    )


def fair(fixings: Fixings, seed: int) -> tuple[Fixings, Forecast]:
    """Return fixings of the same dates whose moves are drawn from the process's own law, and the forecast they obey.

    A market made from them is a fair game by construction: what the statistics show of it is luck.
    """
    covariance = forecast_of(fixings).covariance
    length = timeline(fixings, fixings.moments)
    weekdays = np.add.reduceat(length.share, length.fixing_rows[:-1])
    dice = random_numbers(seed, 0, 0)
    clock = (
        (NU - 2)
        / dice.chisquare(NU, covariance.shape[:2])
        * (NU_DAY - 2)
        / dice.chisquare(NU_DAY, (len(covariance), 1))
    )
    factors = np.sqrt(clock * weekdays[:, None]) * dice.standard_normal(clock.shape)
    moves = np.einsum("nab,nb->na", np.linalg.cholesky(covariance), factors)
    logs = np.log(fixings.rates[0]) + np.cumsum(np.vstack([np.zeros(clock.shape[1]), moves]), axis=0)
    return Fixings(fixings.dates, fixings.currencies, np.exp(logs), "drawn"), Forecast(
        covariance, np.zeros(clock.shape, bool)
    )


def _holes(part: Minutes) -> NDArray[np.bool_]:
    """Tell in which stretches which pairs have no bars, shape (stretches, pairs)."""
    columns = [
        part.hole[:, one] | part.hole[:, two] | pegged(part.currencies[one], part.currencies[two], part.keys)
        for one, two in combinations(range(len(part.currencies)), 2)
    ]
    return np.column_stack(columns)


def variance_ratio(market: Hourly, hours: int, groups: NDArray[np.int64]) -> dict[int, float]:
    """Return variance over `hours` against the sum of the hourly variances, by the group of each window's beginning.

    Moves are measured in forecast standard deviations; windows that meet a hole are left out. 1 means that what has
    happened says nothing about what comes; above 1 moves go on, below they come back.

    Parameters
    ----------
    groups
        Shape (n,) or (n, p).
    """
    moves = np.diff(market.logs, axis=0, prepend=market.logs[:1])
    moves[0] = 0.0
    squares, unsound = np.cumsum(moves**2, axis=0), np.cumsum(~market.sound, axis=0)
    start, end = slice(None, -hours), slice(hours, None)
    whole = (market.logs[end] - market.logs[start]) ** 2 / market.forecast[start]
    parts = (squares[end] - squares[start]) / market.forecast[start]
    usable = (unsound[end] == unsound[start]) & market.sound[start]
    group = np.broadcast_to(groups if groups.ndim == 2 else groups[:, None], market.logs.shape)[start]
    return {
        int(name): float(whole[chosen].sum() / parts[chosen].sum())
        for name in np.unique(group)
        for chosen in [usable & (group == name)]
    }


def terciles(market: Hourly) -> NDArray[np.int64]:
    """Return the tercile (0 low .. 2 high) of each pair's forecast volatility at every hour, shape (n, p)."""
    edges = np.quantile(market.forecast, [1 / 3, 2 / 3], axis=0)
    tercile: NDArray[np.int64] = (market.forecast > edges[0]).astype(np.int64) + (market.forecast > edges[1])
    return tercile


def terciles_at_fixings(market: Hourly) -> NDArray[np.int64]:
    """Return `terciles` at each fixing, else -1, shape (n, p).

    Windows of a day that begin at a fixing hold one stretch each: what they show is the process. Others hold what the
    ECB's own fixings remember from day to day besides.
    """
    return np.where(market.hour[:, None] == FIXING_HOUR, terciles(market), -1)


def information_coefficient(market: Hourly, column: int, trees: int, hours: int = 0) -> tuple[float, float]:
    """Return correlation of forecast and next move out of sample, and its standard error.

    Boosted trees see the last 200 moves of a pair in units of their own volatility, learn on the first 60 % of the last
    `hours` (0: of all) and forecast the rest. The error is clustered by day: hours of one day share its volatility.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    moves = np.diff(market.logs[-hours:, column])
    windows = np.lib.stride_tricks.sliding_window_view(moves, LAGS)[:-1]
    scale = np.sqrt((windows**2).mean(axis=1))
    features, targets = windows / scale[:, None], np.clip(moves[LAGS:] / scale, -6, 6)
    learn = len(targets) * 6 // 10
    model = HistGradientBoostingRegressor(max_iter=trees, learning_rate=0.05, max_leaf_nodes=15, random_state=0)
    with threadpool_limits(1):  # two test processes with a thread a core each wait for one another
        forecasts = model.fit(features[:learn], targets[:learn]).predict(features[learn:])
    return clustered_correlation(forecasts, targets[learn:], _days(market)[-len(forecasts) :])


def clustered_correlation(one: FloatColumn, two: FloatColumn, cluster: IntColumn) -> tuple[float, float]:
    """Return the correlation of two series and its standard error by cluster (Liang and Zeger 1986) if none is due."""
    product = (one - one.mean()) * (two - two.mean()) / (one.std() * two.std())
    sums = np.bincount(cluster - cluster[0], product)
    return float(product.mean()), float(np.sqrt((sums**2).sum()) / len(product))


def _days(market: Hourly) -> IntColumn:
    """Return the number of each move's trading day, shape (n - 1,)."""
    days: IntColumn = np.cumsum(np.diff(market.hour) < 0)
    return days


def rules_that_pass(market: Hourly, rules: int, seed: int) -> float:
    """Return the share of random trading rules whose gross daily Sharpe ratio is above 0 with probability 97.5 %.

    A rule follows or fades, by coin toss, the move of the last 1 to 200 hours of one of all pairs, in a window of hours
    of the day, and holds for an hour. 2.5 % pass by luck; the rest up to 5 % is room for the luck of one draw.
    """
    dice = np.random.default_rng(seed)
    moves, day = np.diff(market.logs, axis=0), _days(market)
    passed = 0
    for _ in range(rules):
        ends = ((0, len(market.pairs)), (1, 201), (0, 24), (4, 25))
        pair, lag, first, width = (int(dice.integers(*end)) for end in ends)
        side = np.zeros(len(moves))
        side[lag:] = np.sign(market.logs[lag:-1, pair] - market.logs[: -lag - 1, pair]) * dice.choice([-1, 1])
        traded = (market.hour[1:] - first) % 24 < width
        gross = side * moves[:, pair] / np.sqrt(market.forecast[:-1, pair]) * traded * market.sound[1:, pair]
        daily = np.bincount(day, gross)
        passed += daily.mean() / daily.std() * np.sqrt(len(daily)) > 1.96
    return passed / rules


def worst_era(market: Hourly, hours: int) -> tuple[float, float, str]:
    """Return spread and extreme of t statistics: following the last `hours` for one hour, per pair and four years.

    A fair game has a spread near 1; the pair and year of the extreme one are named.
    """
    moves, year = np.diff(market.logs, axis=0), market.time.astype("datetime64[ns]").astype("datetime64[Y]")[1:]
    side = np.zeros_like(moves)
    side[hours:] = np.sign(market.logs[hours:-1] - market.logs[: -hours - 1])
    gross = side * moves / np.sqrt(market.forecast[:-1]) * market.sound[1:]
    day = _days(market)
    found = []
    for first in range(1999, 2027, 4):
        chosen = (year >= np.datetime64(str(first))) & (year < np.datetime64(str(first + 4)))
        for pair in range(len(market.pairs)):
            daily = np.bincount(day[chosen] - day[chosen][0], gross[chosen, pair])
            traded = daily[daily != 0]
            statistic = traded.mean() / traded.std() * np.sqrt(len(traded)) if len(traded) > 100 else 0.0
            found.append((float(statistic), f"{market.name(pair)} {first}"))
    spread = float(np.std([statistic for statistic, _ in found]))
    return spread, *max(found, key=lambda entry: abs(entry[0]))


def best_loop(market: Mapping[str, Bars], price: str) -> float:
    """Return what the best trade around three currencies makes of 1, at any bar's `price`: below 1, no loop pays."""
    rates = {}
    for bars in market.values():
        base, quote = bars.instrument.base, bars.instrument.quote
        assert bars.bid is not None
        assert bars.ask is not None
        rates[base, quote] = getattr(bars.bid, price)
        rates[quote, base] = 1 / getattr(bars.ask, price)
    currencies = sorted({currency for pair in rates for currency in pair})
    loops = (
        rates[a, b] * rates[b, c] * rates[c, a]
        for a, b, c in permutations(currencies, 3)
        if {(a, b), (b, c), (c, a)} <= rates.keys()
    )
    return max(float(loop.max()) for loop in loops)
