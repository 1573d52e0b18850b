from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.simulation.kernel.columns import joined, starts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.costs import Costs
    from mbats.execution.sides import Sides
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars, Quotes
    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn, TimeColumn


class Market(NamedTuple):
    """Bars and terms of several instruments as compiled code reads them; m instruments, all rows one after the other.

    Attributes
    ----------
    start
        Instrument i has the rows ``start[i] .. start[i + 1]`` of all columns; shape (m + 1,).
    open, high, low, close
        Mid prices.
    bid_open .. ask_close
        What orders meet: bid and ask, or mid twice.
    tick_numerator, tick_denominator
        The price step as a fraction, shape (m,).
    slippage
        In price units, shape (m,).
    margin_rate
        The stricter of the instrument's and the account's.
    currency
        Codes of the quote currencies in the journal.
    at_home
        Whether the quote currency is the account's.
    orderly
        Whether opens and closes of both sides lie between their lows and highs in all bars.
    lowest, highest, highest_rate
        The lowest bid, the highest ask and the highest conversion rate of all.
    """

    start: IntColumn
    time: TimeColumn
    known_at: TimeColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    bid_open: FloatColumn
    bid_high: FloatColumn
    bid_low: FloatColumn
    bid_close: FloatColumn
    ask_open: FloatColumn
    ask_high: FloatColumn
    ask_low: FloatColumn
    ask_close: FloatColumn
    tick_numerator: FloatColumn
    tick_denominator: FloatColumn
    lot: FloatColumn
    slippage: FloatColumn
    margin_rate: FloatColumn
    currency: IntColumn
    at_home: FlagColumn
    orderly: FlagColumn
    lowest: FloatColumn
    highest: FloatColumn
    highest_rate: FloatColumn


def lowered_market(
    bars: Sequence[Bars], sides: Sequence[Sides], account: Account, costs: Costs, rates: Mapping[str, float]
) -> Market:
    """Return what compiled code needs of `bars`; `sides` are bid and ask, `rates` the highest of each currency."""
    terms = [one.instrument for one in bars]
    ticks = [one.tick.as_integer_ratio() for one in terms]
    quotes = [one.quote for one in terms]
    return Market(
        starts([len(one) for one in bars]),
        joined([one.time for one in bars], np.int64),
        joined([one.known_at for one in bars], np.int64),
        *_prices([one.mid for one in bars]),
        *_prices([one.bid for one in sides]),
        *_prices([one.ask for one in sides]),
        _floats([numerator for numerator, _ in ticks]),
        _floats([denominator for _, denominator in ticks]),
        _floats([float(one.lot) for one in terms]),
        _floats([costs.slippage_pips * float(one.pip) for one in terms]),
        _floats([account.margin_rate(one.margin_rate) for one in terms]),
        joined([np.array([list(rates).index(quote) for quote in quotes])], np.int64),
        joined([np.array([quote == account.currency for quote in quotes])], np.bool_),
        joined([np.array([_orderly(one) for one in sides])], np.bool_),
        _floats([one.bid.low.min() for one in sides]),
        _floats([one.ask.high.max() for one in sides]),
        _floats([rates[quote] for quote in quotes]),
    )


def _prices(quotes: Sequence[Quotes]) -> tuple[FloatColumn, FloatColumn, FloatColumn, FloatColumn]:
    return (
        joined([one.open for one in quotes], np.float64),
        joined([one.high for one in quotes], np.float64),
        joined([one.low for one in quotes], np.float64),
        joined([one.close for one in quotes], np.float64),
    )


def _floats(values: Sequence[float]) -> FloatColumn:
    return joined([np.array(values, dtype=np.float64)], np.float64)


def _orderly(side: Sides) -> bool:
    return _contained(side.bid) and (side.ask is side.bid or _contained(side.ask))


def _contained(one: Quotes) -> bool:
    inside = (one.low <= one.open) & (one.low <= one.close) & (one.high >= one.open) & (one.high >= one.close)
    return bool(inside.all())
