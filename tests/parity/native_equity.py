"""Backtrader's equity, worked out from a journal and the bars by what its broker adds up, bit for bit."""

import numpy as np

from mbats.execution.order import OrderType
from mbats.ledger.journal import Kind


def equity(journal, market, cash, fraction=0.0):
    """Return cash and positions at the closes of all times at which any instrument has a bar; and the last cash.

    A journal shows the price that Backtrader reports, ``size * price / size``; its cash knows the price itself, which
    is the order's level or the bar's open.
    """
    times = np.unique(np.concatenate([bars.time for bars in market.values()]))
    money, worth = np.full(len(times), np.nan), np.zeros(len(times))
    money[0] = cash
    held = {code: [(0, 0.0, 0.0)] for code in range(len(journal.instruments))}
    levels = _levels(journal)
    for row in journal.rows(Kind.FILL).tolist():
        code, units, time = int(journal.instrument[row]), float(journal.units[row]), int(journal.time[row])
        price = _price(journal, market, levels, row)
        _, position, average = held[code][-1]
        fee = abs(units) * fraction * price
        if position:
            assert position == -units  # these jobs open and close, nothing else
            cash += position * average + position * (price - average)
        else:
            cash -= units * price
        cash -= fee
        step = int(np.searchsorted(times, time))
        money[step] = cash
        held[code].append((step, position + units, price))
    for code, symbol in enumerate(journal.instruments):
        worth = _add(worth, held[code], _closes(market[symbol], times))
    return _filled_forward(money) + worth, cash


def _levels(journal):
    orders = journal.rows(Kind.ORDER)
    return dict(zip(journal.order[orders].tolist(), journal.price[orders].tolist(), strict=True))


def _price(journal, market, levels, row):
    bars = market[journal.instruments[journal.instrument[row]]]
    opened = float(bars.open[np.searchsorted(bars.time, journal.time[row])])
    level, units = levels[int(journal.order[row])], float(journal.units[row])
    return opened if journal.type[row] == OrderType.MARKET or units * level / units != journal.price[row] else level


def _closes(bars, times):
    closes = np.full(len(times), np.nan)
    closes[np.searchsorted(times, bars.time)] = bars.close
    return _filled_forward(closes)


def _add(worth, steps, closes):
    """Add a position as Backtrader does: what it cost, then what it gained; a short one in one go."""
    begin, units, average = (np.array(column) for column in zip(*steps, strict=True))
    place = np.searchsorted(begin, np.arange(len(closes)), side="right") - 1
    units, average = units[place], average[place]
    value = np.where(units != 0, units * closes, 0.0)
    gained = np.where(units != 0, units * (closes - average), 0.0)
    return np.where(units > 0, (worth + (value - gained)) + gained, worth + value)


def _filled_forward(column):
    known = np.maximum.accumulate(np.where(np.isnan(column), 0, np.arange(len(column))))
    return column[known]
