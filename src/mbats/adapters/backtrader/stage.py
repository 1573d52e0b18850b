from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.adapters.backtrader.book import Book
from mbats.adapters.backtrader.commission import CommissionScheme
from mbats.adapters.backtrader.feed import BarsFeed
from mbats.adapters.backtrader.native_broker import NativeBroker
from mbats.adapters.backtrader.recorder import Recorder
from mbats.adapters.backtrader.rollover import Rollover
from mbats.adapters.backtrader.ticket import NativeTicket, VenueTicket
from mbats.adapters.backtrader.track import track
from mbats.adapters.backtrader.venue_account import VenueAccount
from mbats.adapters.backtrader.venue_broker import VenueBroker
from mbats.adapters.backtrader.witness import Witness
from mbats.execution.fills import FillRules
from mbats.ledger.journal import JournalWriter
from mbats.ledger.prices import Prices
from mbats.simulation.checks import strategy_name

if TYPE_CHECKING:
    from mbats.adapters.backtrader.track import Track
    from mbats.simulation.simulator import Simulation
    from mbats.simulation.watch import Advance

_STEPS_TOLD = 200


class Stage:
    """Feeds, journal and broker of a simulation, ready for strategies; a venue takes no order before `begins`."""

    def __init__(self, simulation: Simulation, begins: int = 0) -> None:
        self.simulation, self._begins = simulation, begins
        self.feeds: dict[str, Any] = {symbol: BarsFeed.of(simulation.market[symbol]) for symbol in _traded(simulation)}
        quotes = [simulation.market[symbol].instrument.quote for symbol in self.feeds]
        self._currencies = tuple(dict.fromkeys([simulation.account.currency, *quotes]))
        names = tuple(strategy_name(share.strategy) for share in simulation.allocations)
        self.recorder = Recorder(JournalWriter(tuple(self.feeds), names, self._currencies))
        self.witness = Witness(self.recorder, lambda: simulation)
        self.tracks = self._tracks()
        self.native = simulation.fills is FillRules.BACKTRADER
        self.broker: Any = self._native_broker() if self.native else self._venue_broker()
        self.broker.addcommissioninfo(CommissionScheme(terms=simulation.costs.commission))
        self.ticket = NativeTicket if self.native else VenueTicket

    def nav(self) -> float:
        """Return the net asset value in account currency at the close of the present bars."""
        value: float = self.broker.nav(self.tracks) if self.native else self.broker.getvalue()
        return value

    def track(self, feed: Any) -> Track:
        """Return where the present bar of a feed stands."""
        found: Track = self.recorder.track(feed)
        return found

    @property
    def steps(self) -> int:
        """How many different times have bars."""
        return len(np.unique(np.concatenate([self.simulation.market[symbol].time for symbol in self.feeds])))

    def tell(self, advance: Advance) -> None:
        """Call `advance` as the broker goes from time to time."""
        step, count = self.broker.next, itertools.count(1)

        def counted() -> None:
            step()
            if next(count) % _STEPS_TOLD == 0:
                advance(_STEPS_TOLD)

        self.broker.next = counted

    def _tracks(self) -> list[Track]:
        codes = {symbol: code for code, symbol in enumerate(self.feeds)}
        tracks = {}
        for number, share in enumerate(self.simulation.allocations):
            for symbol in share.instruments:
                currency = self._currencies.index(self.simulation.market[symbol].instrument.quote)
                where = (codes[symbol], number, currency)
                tracks[symbol] = track(self.feeds[symbol], where, self.simulation.conversion)
                self.recorder.follow(tracks[symbol])
        return [tracks[symbol] for symbol in self.feeds]

    def _native_broker(self) -> NativeBroker:
        make: Any = NativeBroker
        broker: NativeBroker = make(cash=float(self.simulation.account.cash), witness=self.witness)
        return broker

    def _venue_broker(self) -> VenueBroker:
        told = self.simulation
        markup = told.costs.conversion_markup
        account = VenueAccount(told.account.currency, float(told.account.cash), markup)
        prices = Prices(told.market, told.conversion, told.costs.spread, markup)
        for one in self.tracks:
            rate = told.account.margin_rate(one.terms.margin_rate)
            account.books.append(Book(one, prices.sides(one.terms.symbol), rate))
        make: Any = VenueBroker
        broker: VenueBroker = make(
            books=account.books,
            account=account,
            witness=self.witness,
            costs=told.costs,
            rollover=self._rollover(),
            begins=self._begins,
        )
        return broker

    def _rollover(self) -> Rollover | None:
        told = self.simulation
        if told.financing is None or not told.costs.financing:
            return None
        bars = [told.market[symbol] for symbol in self.feeds]
        return Rollover(told.financing, min(int(b.time[0]) for b in bars), max(int(b.known_at[-1]) for b in bars))


def _traded(simulation: Simulation) -> tuple[str, ...]:
    wanted = {symbol for share in simulation.allocations for symbol in share.instruments}
    return tuple(symbol for symbol in simulation.market if symbol in wanted)
