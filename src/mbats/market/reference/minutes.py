from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.reference.forecast import BURN_IN
from mbats.market.reference.process import stretch
from mbats.market.reference.spreads import spread_factor
from mbats.market.reference.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn, TimeColumn
    from mbats.market.reference.fixings import Fixings
    from mbats.market.reference.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Minutes:
    """The trading minutes of the reference market: one set of log rates against EUR, from which all pairs are made.

    Attributes
    ----------
    currencies
        EUR, whose log rate is zero, then those of the fixings, length k + 1.
    seed, keys
        What a stretch's random numbers come from: the market's seed and the date (days since 1970) of the
        stretch's first fixing, shape (s,).
    time
        Opening of each minute, shape (m,).
    stretch
        Which stretch each minute lies in, shape (m,).
    start, end
        Log rates at the beginning and end of each minute, shape (m, k + 1).
    step
        Share of the stretch's variance that falls into each minute, shape (m,).
    variance
        Covariance over each whole stretch, shape (s, k + 1, k + 1).
    spread
        What half-spreads are multiplied by in each minute, shape (m,).
    wanted
        Whether the minute lies in the range asked for, shape (m,); the stretches at its ends reach beyond.
    hole
        Whether a currency has no path in a stretch, shape (s, k + 1).
    """

    currencies: tuple[str, ...]
    seed: int
    keys: IntColumn
    time: TimeColumn
    stretch: NDArray[np.intp]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    step: FloatColumn
    variance: NDArray[np.float64]
    spread: FloatColumn
    wanted: FlagColumn
    hole: NDArray[np.bool_]


def minutes(fixings: Fixings, past: Forecast, begin: int, finish: int, seed: int) -> Minutes:
    """Generate all stretches that meet ``[begin, finish)``, each from random numbers of its own."""
    moments, logs = fixings.moments, np.log(fixings.rates)
    first = max(int(np.searchsorted(moments, begin, side="right")) - 1, BURN_IN)
    last = min(int(np.searchsorted(moments, finish, side="left")), len(moments) - 1)
    line = timeline(fixings, moments[first : last + 1])
    shares = np.split(line.share, line.fixing_rows[1:-1])
    keys = fixings.dates[first:last].astype("datetime64[D]").astype(np.int64)
    parts = [
        stretch(random_numbers(seed, int(key)), logs[row], logs[row + 1], past.covariance[row], share)
        for row, (key, share) in enumerate(zip(keys, shares, strict=True), first)
    ]
    trading = line.trading
    within = np.repeat(np.arange(len(parts)), np.diff(line.fixing_rows))[trading]
    lively = _joined((part.liveliness for part in parts), trading)
    time = line.boundaries[:-1][trading]
    return Minutes(
        currencies=("EUR", *fixings.currencies),
        seed=seed,
        keys=keys,
        time=time,
        stretch=within,
        start=_with_euro(_joined((part.path[:-1] for part in parts), trading)),
        end=_with_euro(_joined((part.path[1:] for part in parts), trading)),
        step=_joined((part.step for part in parts), trading),
        variance=np.pad(np.array([part.variance for part in parts]), ((0, 0), (1, 0), (1, 0))),
        spread=spread_factor(line.hour[trading], line.since_open[trading], lively, past.volatility[first:last][within]),
        wanted=(time >= begin) & (time < finish),
        hole=np.pad(past.unbridgeable[first:last], ((0, 0), (1, 0))),
    )


def random_numbers(*key: int) -> np.random.Generator:
    """Return a generator that depends on its key alone."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))


def _joined(columns: Iterable[NDArray[np.float64]], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    joined: NDArray[np.float64] = np.concatenate(list(columns))[rows]
    return joined


def _with_euro(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.pad(logs, ((0, 0), (1, 0)))
