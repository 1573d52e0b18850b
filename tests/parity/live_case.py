"""A market replayed to a session over HTTP, and the same market simulated from the session's start on."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import numpy as np

from fakes.live import ID, OFF
from fakes.session_store import FakeSessionStore
from mbats.adapters.oanda.access import Access
from mbats.bootstrap.desks import seated
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.bootstrap.venue import PaperPlace, Reach, pace, venue
from mbats.execution.broker import Kind
from mbats.execution.costs import OANDA_US
from mbats.ledger.account import Flow, keep_books
from mbats.ledger.journal import Kind as Row
from mbats.ledger.terms import Account
from mbats.live.connection import Connection
from mbats.live.options import STEPPED
from mbats.live.session import Session
from mbats.live.store import Condition, SessionTerms
from mbats.market.conversion import Conversion
from mbats.pipelines.explanation.expected import Record
from mbats.pipelines.walk_forward.warm import warmed
from mbats.simulation.simulator import Allocation, Simulation

MARKUP = 0.005
_TRADES = {Row.FILL: Flow.PROFIT, Row.FINANCING: Flow.FINANCING}


class Fill(NamedTuple):
    """What was traded, signed units, and the profit in quote currency."""

    price: float
    units: float
    profit: float


@dataclass(frozen=True)
class Case:
    """What is traded on which bars; the session begins at `start`, what lies before is for warming up."""

    bars: dict
    shares: list[Allocation]
    start: int
    financing: object = None

    @property
    def traded(self):
        return tuple(dict.fromkeys(symbol for share in self.shares for symbol in share.instruments))


@dataclass(frozen=True)
class Traded:
    """A session that has come to the market's end: its record and the exchange's own log and balance."""

    record: Record
    log: list
    balance: Decimal
    books: Decimal

    def fills(self, case):
        """By instrument, what the exchange's log says was filled."""
        return {symbol: _merged(map(_fill, self._of(Kind.FILL, symbol))) for symbol in case.traded}

    def flows(self, case):
        """By instrument, what the exchange booked: profits, then financing."""
        found = {}
        for symbol in case.traded:
            fills = [one for one in self._of(Kind.FILL, symbol) if one.closed]
            found[symbol, Flow.PROFIT] = [one.pnl for one in fills if any(part.pnl_quote for part in one.closed)]
        for one in self.log:
            for position in one.raw.get("positionFinancings", ()):
                found.setdefault((position["instrument"], Flow.FINANCING), []).append(Decimal(position["financing"]))
        booked = {place: [amount for amount in flows if amount] for place, flows in found.items()}
        return {place: flows for place, flows in booked.items() if flows}

    def _of(self, kind, symbol):
        return [one for one in self.log if one.kind is kind and one.instrument == symbol]


def over_http(case):
    """Replay the bars, turn by turn, to a session that knows only the exchange's address."""
    with PaperExchange(recorded_market(case.bars, case.start, case.financing)) as paper:
        place = PaperPlace(paper.url, paper.token, paper.account, paper.admin_url, paper.admin_token, stepped=True)
        reach = Reach(Access.at("paper", paper.token, paper.account, paper.url), place)
        return asyncio.run(_traded(case, reach))


async def _traded(case, reach):
    terms = SessionTerms(
        id=ID,
        name="parity",
        run=ID,
        venue="paper",
        url=reach.access.url,
        account=reach.access.account,
        strategies=tuple({"name": share.strategy.name} for share in case.shares),
        instruments=case.traded,
        timeframe=next(iter(case.bars.values())).timeframe.name,
        anchor=min(int(bars.time[0]) for bars in case.bars.values()),
        limits=OFF,
        options=STEPPED,
    )
    store = FakeSessionStore()
    store.create(terms)
    async with venue(reach) as opened, pace(reach, opened, "parity") as time:
        instruments = await opened.instruments.named({symbol: bars.instrument for symbol, bars in case.bars.items()})
        session = Session(terms, seated(case.shares), Connection(opened.broker, opened.feed, time), store, instruments)
        await session.run()
        [told] = store.states()
        assert (told.condition, told.reason) == (Condition.STOPPED, "the market has ended")
        record = Record(terms, store.entries(ID), instruments)
        log = await opened.broker.transactions(0)
        return Traded(record, log, (await opened.broker.state()).balance, session.book.balance)


def simulated(case, simulator):
    """Return the journal of a simulator that acts from the session's start on, and knows all bars before."""
    market = {symbol: _since(case.bars[symbol], case.start) for symbol in case.traded}
    shares = tuple(replace(share, strategy=warmed(share.strategy, case.bars)) for share in case.shares)
    costs = replace(OANDA_US, conversion_markup=MARKUP)
    conversion = Conversion("USD", case.bars)
    return simulator.run(Simulation(shares, market, Account(), conversion, costs, financing=case.financing))


def simulated_fills(case, journal):
    """By instrument, what a simulator filled."""
    fills = defaultdict(list)
    for one in journal.events(journal.rows(Row.FILL)):
        fills[journal.instruments[one.instrument]].append(Fill(one.price, one.units, one.pnl))
    return {symbol: _merged(fills[symbol]) for symbol in case.traded}


def simulated_flows(journal):
    """By instrument, what a simulator booked: profits, then financing."""
    flows = defaultdict(list)
    for one in keep_books(journal, Account(), MARKUP).flows:
        if one.amount:
            flows[journal.instruments[one.instrument], one.flow].append(one.amount)
    return dict(flows)


def at_the_venues_rates(case, journal, traded):
    """Return a simulator's journal with the rates at which the exchange converted, flow by flow.

    A simulator converts at the last close that was known when the bar began; the exchange at the mid of the moment.
    A fill tells its rate; at the end of a day it is the mid at which the next bar opens, if it opens at that moment.
    Profits lose the noise of their floats: units times a difference of prices has five decimals at most, and half of
    the account's last one would be rounded by the noise.
    """
    rates = journal.rate.copy()
    for number, symbol in enumerate(journal.instruments):
        mine = journal.instrument == number
        closing = np.flatnonzero(mine & (journal.kind == Row.FILL) & (journal.pnl != 0.0))
        told = [one for one in traded.log if one.kind is Kind.FILL and one.instrument == symbol]
        told = [one for one in told if any(part.pnl_quote for part in one.closed)]
        assert len(closing) == len(told)
        rates[closing] = [float((one.gain_rate + one.loss_rate) / 2) for one in told]
        charged = np.flatnonzero(mine & (journal.kind == Row.FINANCING))
        quote = case.bars[symbol].instrument.quote
        rates[charged] = [_mid_rate(case.bars, quote, int(journal.time[row])) for row in charged]
    return replace(journal, rate=rates, pnl=journal.pnl.round(9))


def _mid_rate(bars, currency, time):
    """Return the rate to dollars by the mids of a moment: of a bar that opens then, else the last close."""
    if currency == "USD":
        return 1.0
    symbol = next(name for name in (f"{currency}_USD", f"USD_{currency}") if name in bars)
    table = bars[symbol]
    row = int(np.searchsorted(table.time, time, side="right")) - 1
    mid = table.mid.open[row] if table.time[row] == time else table.mid.close[row]
    return float(mid) if symbol.endswith("_USD") else 1 / float(mid)


def _fill(one):
    return Fill(float(one.price), float(one.units), float(sum(part.pnl_quote for part in one.closed)))


def _merged(fills):
    """Put fills at one price next to each other together: a gap's stop and the market order of that moment."""
    groups = [list(group) for _, group in groupby(fills, key=lambda fill: fill.price)]
    return [
        Fill(group[0].price, sum(one.units for one in group), round(sum(one.profit for one in group), 9) + 0.0)
        for group in groups
    ]


def _since(bars, start):
    return bars.rows(int(np.searchsorted(bars.known_at, start, side="left")), len(bars))
