"""Cases drawn from a seed: the same seed gives the same case on every machine."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

import numpy as np

from fuzz.case import Case, Prepared, PreparedTargets
from fuzz.instruments import PAIRS, SHARES, WORTH
from fuzz.prices import MONDAY, drawn_bars, kept_rows
from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.terms import Account
from mbats.market.conversion import required
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals

STRETCHED = 20_000.0


class Family(StrEnum):
    """What a case is held against."""

    BACKTRADER = "backtrader"
    VENUE = "venue"
    PLAIN = "plain"


def drawn(seed: int, longest: int = 2_000) -> tuple[Family, Case]:
    """Return the case of `seed`; the families come by turns."""
    rng = np.random.default_rng([seed, 20_240_101])
    family = list(Family)[seed % 3]
    return family, (_plain_case(rng, longest) if family is Family.PLAIN else _case(rng, family, longest))


def _case(rng, family, longest):
    fills = FillRules(family.value)
    symbols = _symbols(rng, rng.choice([1, 1, 1, 2, 2, 3, 5]))
    timeframe, step = str(rng.choice(["M5", "H1", "H1", "H4", "D"])), int(rng.choice([2, 8, 30, 120, 500]))
    reckless = rng.random() < 0.4  # as big as the margin lets them be, and mostly without a stop
    step = int(rng.choice([120, 500])) if reckless else step
    most = min(longest, 600 if reckless else longest, 400 if timeframe == "D" else longest)
    most /= np.sqrt(len(symbols))
    rows = int(np.exp(rng.uniform(np.log(min(most, 150.0) if reckless else 12.0), np.log(most))))
    costs = _costs(rng)
    quoted = costs.spread.source is SpreadSource.QUOTED and rng.random() < 0.99
    market = {s: drawn_bars(rng, s, timeframe, rows, quoted=quoted, step=step) for s in symbols}
    if rng.random() < 0.3:
        market = {symbol: _shortened(rng, bars) for symbol, bars in market.items()}
    if reckless:
        market = {symbol: _on_margin(rng, bars) for symbol, bars in market.items()}
    currency = str(rng.choice(["USD", "USD", "EUR", "JPY"]))
    cash = _stretched(rng, market, currency) if reckless else _cash(rng, currency)
    account = Account(currency, cash, None if reckless else _leverage(rng))
    financing = _financing(rng, symbols) if rng.random() < 0.6 else None
    return Case(
        allocations=_allocations(rng, market, step, reckless=reckless),
        market=market,
        account=account,
        costs=costs,
        fills=fills,
        rates=_rates(rng, market, currency, timeframe, rows),
        financing=financing,
    )


def _plain_case(rng, longest):
    """The RSI bracket under Backtrader's rules, on one or more dollar pairs, as a plain script can run it."""
    symbols = [str(s) for s in rng.permutation(["EUR_USD", "GBP_USD", "NZD_USD"])[: rng.choice([1, 1, 2, 3])]]
    rows = int(np.exp(rng.uniform(np.log(90), np.log(longest / np.sqrt(len(symbols))))))
    step = int(rng.choice([2, 8, 30]))
    market = {s: drawn_bars(rng, s, "H1", rows, quoted=False, step=step) for s in symbols}
    cash = Decimal(str(round(rng.choice([1e6, *(1_000 * rng.uniform(0.5, 2.6, 3))]), 2)))
    commission = float(rng.choice([0.0, 0.0002, 0.001]))
    return Case(
        allocations=(Allocation(_rsi(rng, RsiBracket), tuple(symbols), FixedUnits(1_000.0)),),
        market=market,
        account=Account("USD", cash),
        costs=Costs("plain", Spread(SpreadSource.NONE), Commission(commission), financing=False),
        fills=FillRules.BACKTRADER,
    )


def _symbols(rng, count):
    listed = [*PAIRS, *SHARES] if rng.random() < 0.25 else list(PAIRS)
    return [str(symbol) for symbol in rng.permutation(listed)[:count]]


def _shortened(rng, bars):
    """Begins late, ends early, or is known sooner than other bars that open with its own."""
    first, last = np.sort(rng.integers(0, len(bars) + 1, 2)) if len(bars) > 3 and rng.random() < 0.5 else (0, len(bars))
    rows = np.arange(len(bars))
    bars = kept_rows(bars, (first <= rows) & (rows < max(last, first + 1)))
    if rng.random() < 0.3:
        bars = replace(bars, known_at=bars.time + (bars.known_at - bars.time) // 2)
    return bars


def _allocations(rng, market, step, *, reckless):
    symbols = [str(symbol) for symbol in rng.permutation(list(market))]
    if len(symbols) > 1 and rng.random() < 0.15:
        symbols = symbols[1:]  # a market may hold what nobody trades
    cut = int(rng.integers(1, len(symbols))) if len(symbols) > 1 and rng.random() < 0.4 else len(symbols)
    groups = [tuple(group) for group in (symbols[:cut], symbols[cut:]) if group]
    return tuple(_allocation(rng, {s: market[s] for s in group}, step, reckless=reckless) for group in groups)


def _allocation(rng, market, step, *, reckless):
    kind = rng.choice(["prepared", "rsi", "targets", "momentum"], p=[0.66, 0.14, 0.12, 0.08])
    if kind == "prepared":
        strategy = Prepared(
            signals={
                symbol: _signals(rng, bars, step, stopped=0.2 if reckless else 0.8) for symbol, bars in market.items()
            }
        )
    elif kind == "rsi":
        strategy = _rsi(rng, rng.choice([RsiBracket, RsiStochasticBracket]))
    elif kind == "targets":
        strategy = _targets(rng, market)
    else:
        strategy = MomentumPanel(
            lookback=int(rng.integers(2, 40)),
            volatility_period=int(rng.integers(2, 30)),
            rebalance=int(rng.integers(1, 12)),
        )
    size = FixedUnits(STRETCHED) if reckless else _sizing(rng, with_stop=kind in {"prepared", "rsi"})
    return Allocation(strategy, tuple(market), size)


def _rsi(rng, make):
    low = float(rng.choice([30.0, 40.0, 50.0]))
    return make(
        rsi_period=int(rng.integers(2, 35)),
        rsi_low=low,
        rsi_high=float(rng.choice([low + 0.5, 60.0, 70.0])),
        stochastic_period=int(rng.integers(2, 30)),
        stochastic_k=int(rng.integers(1, 6)),
        stochastic_d=int(rng.integers(1, 6)),
        atr_period=int(rng.integers(1, 15)),
        stop_atr=float(rng.choice([0.5, 1.0, 1.7])),
        target_atr=float(rng.choice([0.5, 2.0, 3.3])),
    )


def _targets(rng, market):
    time = np.unique(np.concatenate([bars.time for bars in market.values()]))
    shares = np.array([-1.0, -0.5, 0.0, 0.37, 1.0, 2.0])
    risk = {}
    for symbol in market:
        column = shares[rng.integers(0, len(shares), len(time))]
        column[rng.random(len(time)) < rng.choice([0.0, 0.5, 0.9])] = np.nan
        risk[symbol] = column
    return PreparedTargets(time=time, risk=risk)


def _signals(rng, bars, step, *, stopped):
    unit, rows = float(bars.instrument.tick) * step, len(bars)
    often = rng.choice([0.03, 0.2, 0.8])
    side = rng.choice([-1, 0, 1], rows, p=[often / 2, 1 - often, often / 2]).astype(np.int8)
    entry = Entry(int(rng.choice([0, 0, 1, 2])))

    def maybe(chance, column):
        return column() if rng.random() < chance else None

    return Signals(
        side=side,
        stop_distance=maybe(stopped, lambda: _distance(rng, rows, unit)),
        target_distance=maybe(min(0.7, stopped), lambda: _distance(rng, rows, unit)),
        anchor=Anchor(str(rng.choice(list(Anchor)))),
        entry=entry,
        entry_price=maybe(1.0 if entry else 0.1, lambda: _entry_prices(rng, bars, unit)),
        expiry_bars=_counts(rng, rows),
        on_open_position=OnOpenPosition(str(rng.choice(list(OnOpenPosition)))),
        exit_long=maybe(0.25, lambda: rng.random(rows) < rng.choice([0.05, 0.4])),
        exit_short=maybe(0.25, lambda: rng.random(rows) < rng.choice([0.05, 0.4])),
        max_bars=_counts(rng, rows) if rng.random() < 0.6 else 0,
        trailing_distance=maybe(0.3 * stopped, lambda: _distance(rng, rows, unit)),
        break_even_trigger=maybe(0.5, lambda: _distance(rng, rows, unit)),
        size_hint=maybe(0.3, lambda: rng.choice([0.0, np.nan, 0.0004, 0.5, 1.0, 2.5], rows)),
        columns={name: rng.choice([np.nan, 0.1, 7.0], rows) for name in ("a", "b")[: rng.integers(0, 3)]},
    )


def _on_margin(rng, bars):
    rate = Decimal(str(rng.choice(["0.01", "0.02"])))
    return replace(bars, instrument=replace(bars.instrument, margin_rate=rate, lot=Decimal(1)))


def _entry_prices(rng, bars, unit):
    prices = bars.close + unit * rng.integers(-3, 4, len(bars))
    if rng.random() < 0.2:
        prices[rng.random(len(bars)) < 0.2] = rng.choice([np.nan, 0.0, -1.0])
    return prices


def _counts(rng, rows):
    """The same number for every row, or one a row; 0: never."""
    if rng.random() < 0.2:
        return rng.integers(0, 9, rows)
    return int(rng.choice([0, 0, 1, 2, 7]))


def _distance(rng, rows, unit):
    steps = rng.integers(0 if rng.random() < 0.2 else 1, 7, rows).astype(np.float64)
    if rng.random() < 0.4:
        steps += rng.random(rows)
    if rng.random() < 0.4:
        steps[rng.random(rows) < 0.3] = np.nan
    return steps * unit


def _sizing(rng, *, with_stop):
    kinds = ["fixed", "fixed", "volatility", *(["risk", "risk"] if with_stop else [])]
    kind = rng.choice(kinds)
    if kind == "fixed":
        return FixedUnits(float(rng.choice([1_000.0, 1_000.0, 137.5, 0.4, 20_000.0])))
    if kind == "risk":
        return PercentRisk(float(rng.choice([0.05, 1.0, 30.0])))
    return VolatilityTarget(float(rng.choice([1.0, 10.0, 300.0])))


def _costs(rng):
    source = SpreadSource(str(rng.choice(["quoted", "quoted", "fixed", "none"])))
    return Costs(
        "fuzz",
        Spread(source, float(rng.choice([0.5, 1.3, 4.0])) if source is SpreadSource.FIXED else 0.0),
        Commission(float(rng.choice([0.0, 0.0, 2e-4])), float(rng.choice([0.0, 0.0, 3e-5]))),
        slippage_pips=float(rng.choice([0.0, 0.0, 0.3, 2.0])),
        financing=bool(rng.random() < 0.8),
        conversion_markup=float(rng.choice([0.0, 0.005])),
    )


def _cash(rng, currency):
    """From plenty down to where margin and cash refuse most entries."""
    enough = float(rng.choice([1e6, 1e5, 1e4, 2e3, 300.0, 60.0])) * rng.uniform(0.7, 1.3)
    return Decimal(str(round(enough / WORTH[currency], 2)))


def _stretched(rng, market, currency):
    """Hardly more than the margin of one position."""
    margins = [
        STRETCHED * bars.close[0] * WORTH[bars.instrument.quote] * float(bars.instrument.margin_rate)
        for bars in market.values()
    ]
    return Decimal(str(round(rng.choice(margins) * rng.uniform(1.05, 1.6) / WORTH[currency], 2)))


def _leverage(rng):
    return [None, None, None, 50.0, 3.0][rng.integers(0, 5)]


def _rates(rng, market, currency, timeframe, rows):
    """Traded bars convert where they can; other pairs are drawn, now and then too late to know a rate."""
    quotes = {bars.instrument.quote for bars in market.values()}
    available = ["EUR_USD", "GBP_USD", "NZD_USD", "USD_JPY", "USD_CHF"]
    first = min(int(bars.time[0]) for bars in market.values() if len(bars))
    rates = {}
    for symbol in required(currency, sorted(quotes), available):
        traded = market.get(symbol, ())
        if len(traded) and rng.random() < (0.7 if traded.time[0] == first else 0.1):
            rates[symbol] = market[symbol]
        else:
            bars = drawn_bars(rng, symbol, timeframe, rows + 20, quoted=False)
            begin = first + (bars.timeframe.nanoseconds if rng.random() < 0.03 else 0)
            rates[symbol] = _moved(bars, begin - int(bars.time[0]))
    return rates


def _moved(bars, by):
    return replace(bars, time=bars.time + by, known_at=bars.known_at + by)


def _financing(rng, symbols):
    day = 86_400 * 10**9
    by_symbol = {}
    for symbol in symbols:
        if rng.random() < 0.15:
            continue
        starts = MONDAY + np.cumsum(rng.integers(1, 20, 3)) * day - rng.choice([0, 30]) * day
        week = {0: 1, 2: 3, 4: 1} if rng.random() < (0.9 if symbol in SHARES else 0.2) else None
        by_symbol[symbol] = DatedRates(
            starts.astype(np.int64), rng.normal(-0.02, 0.03, 3), rng.normal(-0.02, 0.03, 3), "fuzz", week
        )
    return FinancingRates(by_symbol)
