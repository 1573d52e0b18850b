from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.market import MissingRate, RateNotYetKnown
from mbats.market.catalogue import pair_symbol
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn

_PREFERRED = ("USD", "EUR")


class Conversion:
    """What money in other currencies is worth at home, by the mid prices that are known at the time.

    Parameters
    ----------
    home
        The account's currency.
    bars
        Bars by pair (``EUR_USD``); a pair serves in either direction, and two pairs over one currency in between.

    Notes
    -----
    The rate at a moment is the close of the last bar with ``known_at <= moment``. While no bar of a pair is complete,
    its first open counts, the only price there is; before that bar opens there is none.
    """

    def __init__(self, home: str, bars: Mapping[str, Bars]) -> None:
        self.home = home
        self._bars = {symbol: table for symbol, table in bars.items() if len(table)}
        self._legs: dict[str, tuple[_Leg, ...]] = {home: ()}

    def rate(self, currency: str, time: int) -> float:
        """Return units of home currency per unit of `currency` at `time` (nanoseconds UTC).

        Raises
        ------
        MissingRate
            When no available pairs connect the two; names the pairs to import.
        RateNotYetKnown
            When `time` lies before the first bar.
        """
        product = 1.0
        for leg in self._route(currency):
            product *= leg.at(time, currency, self.home)
        return product

    def column(self, currency: str, times: TimeColumn) -> FloatColumn:
        """Return `rate` for every one of `times`, shape (n,)."""
        product = np.ones(len(times))
        for leg in self._route(currency):
            product *= leg.column(times, currency, self.home)
        return product

    def first(self, currency: str) -> int:
        """Return the moment (nanoseconds UTC) from which `currency` can be converted; the smallest for home's own."""
        return max((leg.first for leg in self._route(currency)), default=int(np.iinfo(np.int64).min))

    def legs(self, currency: str) -> tuple[tuple[TimeColumn, FloatColumn], ...]:
        """Return the pairs on the way home: since when each price is known, and the rate that it makes.

        The rate at a moment is the product of what each leg says in its last row known by then.
        """
        return tuple((leg.known, leg.rates) for leg in self._route(currency))

    def missing(self, currencies: Iterable[str]) -> None:
        """Raise `MissingRate` for the first of `currencies` that cannot be converted."""
        required(self.home, currencies, self._bars)

    def _route(self, currency: str) -> tuple[_Leg, ...]:
        if currency not in self._legs:
            symbols = _route(self.home, currency, self._bars)
            self._legs[currency] = _legs(currency, [(symbol, self._bars[symbol]) for symbol in symbols])
        return self._legs[currency]


def required(home: str, currencies: Iterable[str], available: Iterable[str]) -> tuple[str, ...]:
    """Return the pairs out of `available` that convert all `currencies` to `home`, sorted.

    Raises
    ------
    MissingRate
        When one cannot be converted; names the pairs to import.
    """
    symbols = tuple(available)
    return tuple(sorted({pair for currency in currencies for pair in _route(home, currency, symbols)}))


def _route(home: str, currency: str, available: Iterable[str]) -> tuple[str, ...]:
    if currency == home:
        return ()
    by_ends = {frozenset(symbol.split("_")): symbol for symbol in sorted(available) if symbol.count("_") == 1}
    if direct := by_ends.get(frozenset((currency, home))):
        return (direct,)
    for middle in _middles(by_ends):
        first, second = frozenset((currency, middle)), frozenset((middle, home))
        if first in by_ends and second in by_ends:
            return by_ends[first], by_ends[second]
    raise MissingRate(
        currency=currency,
        home=home,
        pairs=_remedy(home, currency),
        available=", ".join(sorted(by_ends.values())) or "none",
    )


def _middles(by_ends: Mapping[frozenset[str], str]) -> list[str]:
    currencies = sorted(set[str]().union(*by_ends))
    return [code for code in _PREFERRED if code in currencies] + [c for c in currencies if c not in _PREFERRED]


def _remedy(home: str, currency: str) -> str:
    ways = [pair_symbol(currency, home)]
    ways += [
        f"{pair_symbol(currency, middle)} with {pair_symbol(middle, home)}"
        for middle in _PREFERRED
        if middle not in {home, currency}
    ]
    return ", or ".join(ways)


def _legs(currency: str, path: Iterable[tuple[str, Bars]]) -> tuple[_Leg, ...]:
    legs, held = [], currency
    for symbol, bars in path:
        base, quote = symbol.split("_")
        legs.append(_Leg(bars, inverted=held != base))
        held = quote if held == base else base
    return tuple(legs)


class _Leg:
    """One pair on the way home, with a cursor: simulations ask for ascending times."""

    def __init__(self, bars: Bars, inverted: bool) -> None:
        self._symbol, self._first_open = bars.instrument.symbol, int(bars.time[0])
        prices = np.concatenate([bars.mid.open[:1], bars.mid.close])
        self.rates = 1.0 / prices if inverted else prices
        self.known = np.concatenate([bars.time[:1], bars.known_at])
        # Views whose items are plain numbers: a lookup costs a tenth of a NumPy scalar's.
        self._prices, self._times = self.rates.data, self.known.data
        self._last, self._row = len(self._times) - 1, 0

    @property
    def first(self) -> int:
        return self._first_open

    def at(self, time: int, currency: str, home: str) -> float:
        row, times = self._row, self._times
        if not (times[row] <= time and (row == self._last or time < times[row + 1])):
            row = bisect_right(times, time) - 1
            if row < 0:
                raise self._not_yet(time, currency, home)
            self._row = row
        return float(self._prices[row])

    def column(self, times: TimeColumn, currency: str, home: str) -> FloatColumn:
        rows = np.searchsorted(self.known, times, side="right") - 1
        if len(rows) and rows.min() < 0:
            raise self._not_yet(int(times.min()), currency, home)
        found: FloatColumn = self.rates[rows]
        return found

    def _not_yet(self, time: int, currency: str, home: str) -> RateNotYetKnown:
        first = moment(self._first_open)
        return RateNotYetKnown(currency=currency, home=home, time=moment(time), pair=self._symbol, first=first)
