from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mbats.execution.fills import FillRules
from mbats.execution.sides import Sides
from mbats.features.indicators.zero_division import zero_division
from mbats.ledger.prices import Prices
from mbats.market.columns import keep_freed_columns
from mbats.market.panel import align
from mbats.portfolio.sizing import VolatilityTarget
from mbats.portfolio.volatility import annualised_volatility
from mbats.simulation.checks import strategy_name
from mbats.simulation.kernel.backtrader_run import BacktraderRun
from mbats.simulation.kernel.backtrader_time import day_numbers
from mbats.simulation.kernel.backtrader_trips import standing_still
from mbats.simulation.kernel.columns import joined
from mbats.simulation.kernel.decisions import Seat, lowered_decisions
from mbats.simulation.kernel.events import TALLY, decided_rows, journal
from mbats.simulation.kernel.market import lowered_market
from mbats.simulation.kernel.pages import Pages
from mbats.simulation.kernel.rates import highest, lowered_rates
from mbats.simulation.kernel.terms import DONE, FAILED, ROOM, lowered_financing, lowered_terms
from mbats.simulation.kernel.venue_run import VenueRun
from mbats.simulation.watch import unwatched
from mbats.strategies.decision import decide_guarded, guarded
from mbats.strategies.signal import SignalStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.ledger.journal import Journal
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.market.conversion import Conversion
    from mbats.simulation.simulator import Allocation
    from mbats.simulation.watch import Watch

_BARS_A_LOOK = 1 << 20
_ROWS = 1 << 14
"""Room for so many rows at first: enough of a journal to foretell the rest."""


class Kernel:
    """The compiled simulator of one market: prepared once, then run as often as there are parameters to try.

    Parameters
    ----------
    market
        Bars of all traded instruments by symbol, one timeframe; in this order several with a bar at the same time are
        treated.
    account, conversion, costs, fills, financing
        As in `Simulation`.
    """

    def __init__(
        self,
        market: Mapping[str, Bars],
        account: Account,
        conversion: Conversion,
        costs: Costs,
        fills: FillRules = FillRules.VENUE,
        financing: FinancingRates | None = None,
    ) -> None:
        keep_freed_columns()
        bars = [guarded(one) for one in market.values()]
        self._bars, self._symbols, self._account, self._conversion = bars, tuple(market), account, conversion
        self._native = fills is FillRules.BACKTRADER
        self._currencies = tuple(dict.fromkeys([account.currency, *(one.instrument.quote for one in bars)]))
        prices = Prices(market, conversion, costs.spread, costs.conversion_markup)
        sides = [Sides(one.mid, one.mid) if self._native else prices.sides(one.instrument.symbol) for one in bars]
        bounds = {currency: highest(conversion, currency) for currency in self._currencies}
        self._market = lowered_market(bars, sides, account, costs, bounds)
        self._rates = lowered_rates(conversion, self._currencies)
        self._terms = lowered_terms(costs)
        self._financing = lowered_financing(financing if costs.financing and not self._native else None, bars)
        self._volatility: dict[str, FloatColumn] = {}
        self._day = joined([day_numbers(self._market.time)] if self._native else [], np.float64)
        self._apart = bool((self._day[1:] > self._day[:-1]).all())
        still = standing_still(self._market, self._terms) if self._native and len(bars) == 1 else {}
        self._whole_pages, self._money_pages = Pages(whole=True, still={}), Pages(whole=False, still=still)
        self._rows = _ROWS

    def run(self, allocations: Sequence[Allocation], watch: Watch = unwatched, *, only_money: bool = False) -> Journal:
        """Simulate `allocations`, whose instruments are those of the market, and return what happened.

        Parameters
        ----------
        watch
            Is told how many bars were simulated.
        only_money
            Write only the rows that move money (fills, fees, financing) and margin calls, all that daily figures look
            at: the same rows as in the whole journal, in half the time.

        Raises
        ------
        mbats.errors.strategy.StrategyFailed, mbats.errors.strategy.MalformedDecision
            A strategy raised, or decided in a form that was not promised.
        mbats.errors.market.MissingRate, mbats.errors.market.RateNotYetKnown
            A decision needs a conversion rate that nobody knows.
        """
        zero: Literal["nan", "raise"] = "raise" if self._native else "nan"
        with watch("Simulating", len(self._market.time)) as advance:
            with zero_division(zero):
                seats, shown = self._seats(allocations)
            sequence = [self._symbols.index(symbol) for share in allocations for symbol in self._ordered(share)]
            decisions = lowered_decisions(seats, sequence)
            events, tally = self._simulated(decisions, advance, not only_money)
        names = (self._symbols, tuple(strategy_name(share.strategy) for share in allocations), self._currencies)
        return journal(events, tally, names, _extras(events, tally, shown, self._market.start))

    def _seats(self, allocations: Sequence[Allocation]) -> tuple[list[Seat], list[_Shown]]:
        """Let every strategy decide; return seats and what strategies show, both in market order."""
        seats: dict[str, tuple[Seat, _Shown]] = {}
        for number, share in enumerate(allocations):
            decide = self._signal_seats if isinstance(share.strategy, SignalStrategy) else self._target_seats
            seats |= decide(number, share)
        found = [seats[symbol] for symbol in self._symbols]
        return [seat for seat, _ in found], [shown for _, shown in found]

    def _signal_seats(self, number: int, share: Allocation) -> dict[str, tuple[Seat, _Shown]]:
        seats = {}
        for symbol in share.instruments:
            bars = self._bars[self._symbols.index(symbol)]
            signals = decide_guarded(share.strategy, bars)
            volatility = self._volatility_of(bars, share)
            seats[symbol] = Seat(number, len(bars), share.sizing, signals, None, volatility), _Shown(signals.columns)
        return seats

    def _target_seats(self, number: int, share: Allocation) -> dict[str, tuple[Seat, _Shown]]:
        bars = {symbol: self._bars[self._symbols.index(symbol)] for symbol in self._ordered(share)}
        panel = guarded(align(bars))
        targets = decide_guarded(share.strategy, panel)
        seats = {}
        for column, (symbol, one) in enumerate(bars.items()):
            rows = np.searchsorted(panel.time, one.time)
            risk, volatility = targets.risk[rows, column], self._volatility_of(one, share)
            seats[symbol] = Seat(number, len(one), share.sizing, None, risk, volatility), _Shown(targets.columns, rows)
        return seats

    def _ordered(self, share: Allocation) -> list[str]:
        return [symbol for symbol in self._symbols if symbol in share.instruments]

    def _volatility_of(self, bars: Bars, share: Allocation) -> FloatColumn | None:
        if not isinstance(share.sizing, VolatilityTarget):
            return None
        symbol = bars.instrument.symbol
        if symbol not in self._volatility:
            self._volatility[symbol] = annualised_volatility(bars)
        return self._volatility[symbol]

    def _simulated(self, decisions: Any, advance: Callable[[int], None], whole: bool) -> tuple[Any, Any]:
        """Run the compiled loop to its end, giving it room and telling how far it is on the way."""
        market, rates, terms, cash = self._market, self._rates, self._terms, float(self._account.cash)
        tallies, told = np.zeros(1, TALLY), 0
        tallies["cash"], tallies["unknown"] = cash, -1
        pages = self._whole_pages if whole else self._money_pages
        events = pages.blank(self._rows)
        go: BacktraderRun | VenueRun
        if self._native:
            go = BacktraderRun(market, self._day, self._apart, decisions, rates, terms, cash)
        else:
            go = VenueRun(market, decisions, rates, terms, self._financing)
        status = -1
        while status != DONE:
            status = go(events, tallies, told + _BARS_A_LOOK)
            tally = tallies[0]
            if status == ROOM:
                events = pages.grown(events, tally, len(market.time))
            elif status == FAILED:
                self._conversion.rate(self._currencies[tally["unknown"]], int(tally["unknown_at"]))
            bars = int(tally["bars"])
            advance(bars - told)
            told = bars
        self._rows = max(self._rows, int(1.1 * tally["events"]) + 64)
        return events, tally


class _Shown:
    """What a strategy shows of itself at an instrument: columns, and which of their rows belongs to each bar."""

    def __init__(self, columns: Mapping[str, FloatColumn], rows: Any = None) -> None:
        self.columns = columns
        self._rows = rows

    def at(self, name: str, bars: Any) -> FloatColumn:
        """Return a column's values at some rows of the bars."""
        values: FloatColumn = self.columns[name][bars if self._rows is None else self._rows[bars]]
        return values


def _extras(events: Any, tally: Any, shown: Sequence[_Shown], start: Any) -> dict[str, FloatColumn]:
    """Return what the strategies showed with their decisions, one value a decision."""
    if tally["decisions"] == 0:
        return {}
    rows = decided_rows(events, tally)
    places = np.searchsorted(start, rows, side="right") - 1
    extras: dict[str, FloatColumn] = {}
    for place in dict.fromkeys(places.tolist()) if len(shown) > 1 else [0] * bool(len(rows)):
        mine = places == place if len(shown) > 1 else slice(None)
        for name in shown[place].columns:
            column = extras.setdefault(name, np.full(len(rows), math.nan))
            column[mine] = shown[place].at(name, rows[mine] - start[place])
    return extras
