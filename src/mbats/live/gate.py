"""What keeps an entry back: a person's wish, trouble, an order of unknown outcome, strangers, or a limit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.live.ticket import Status
from mbats.market.conversion import Conversion
from mbats.portfolio.limit_check import check, last_reset, losses
from mbats.portfolio.standing import Held, Proposal, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.broker import Submit
    from mbats.live.book import Book
    from mbats.live.feed import LiveQuote
    from mbats.live.log import Log
    from mbats.live.memory import Memory
    from mbats.live.ticket import Ticket
    from mbats.market.instrument import Instrument
    from mbats.portfolio.limit_check import Reading
    from mbats.portfolio.limits import Limits

_ZERO, _ONE = Decimal(0), Decimal(1)


class Gate:
    """Looks at every order that may open a position.

    Attributes
    ----------
    closed
        Why no entries go out at all at present, by cause: pause, trouble with the venue, books that differ.
    quotes
        The last prices seen, by instrument.
    """

    def __init__(self, log: Log, instruments: Mapping[str, Instrument], limits: Limits, bar_length: int) -> None:
        self._log, self._instruments, self._limits, self._bar_length = log, instruments, limits, bar_length
        self.closed: dict[str, str] = {}
        self.quotes: dict[str, LiveQuote] = {}

    def block(self, ticket: Ticket, order: Submit, quote: LiveQuote, now: int) -> Mapping[str, object] | None:
        """Return why an order may not go out, as the body of a ``blocked`` row; None: it may."""
        for limit, text in self.closed.items():
            return {"limit": limit, "text": text}
        symbol = order.instrument
        for other in self._memory.open.values():
            unknown = other.enters and other.status(self._book) is Status.UNKNOWN
            if unknown and other.decision.instrument == symbol:
                return {"limit": "unknown outcome", "text": f"what became of {other.id} is not known yet"}
        for trade in self._book.trades.values():
            if trade.instrument == symbol and not trade.mine:
                text = f"trade {trade.id} of {symbol} is not the session's; on one account the two would be netted"
                return {"limit": "foreign trade", "text": text}
        return self._beyond(ticket, order, quote, now)

    def losses(self, now: int) -> tuple[Reading, ...]:
        """Return how the limits on losses stand."""
        return losses(self._limits, self._standing(now))

    @property
    def _memory(self) -> Memory:
        return self._log.memory

    @property
    def _book(self) -> Book:
        assert self._memory.book is not None
        return self._memory.book

    def _beyond(self, ticket: Ticket, order: Submit, quote: LiveQuote, now: int) -> Mapping[str, object] | None:
        decision = ticket.decision
        proposal = Proposal(
            self._instruments[order.instrument],
            order.units,
            quote.bid,
            quote.ask,
            self._rate(order.instrument),
            Decimal(repr(decision.close)),
            decision.time,
            self._bar_length,
            quote.time,
        )
        breaches = check(self._limits, proposal, self._standing(now)).breaches
        if not breaches:
            return None
        first = breaches[0]
        return {
            "limit": first.name,
            "text": "; ".join(map(str, breaches)),
            "level": str(first.level),
            "bound": str(first.limit),
        }

    def _standing(self, now: int) -> Standing:
        nav, memory = self._nav(), self._memory
        reset = last_reset(self._limits, now)
        navs = [(time, Decimal(repr(value))) for time, value in memory.navs]
        before = [value for time, value in navs if time <= reset]
        return Standing(
            time=now,
            currency=self._book.currency,
            nav=nav,
            day_nav=before[-1] if before else self._book.opening,
            high_nav=max([self._book.opening, nav, *(value for _, value in navs)]),
            held=self._held(),
            orders=memory.sent,
        )

    def _nav(self) -> Decimal:
        value = self._book.opening + self._book.earned
        for trade in self._book.mine():
            if quote := self.quotes.get(trade.instrument):
                leaving = quote.bid if trade.units > 0 else quote.ask
                value += trade.units * (leaving - trade.price) * self._rate(trade.instrument)
        return value

    def _held(self) -> dict[str, Held]:
        """Return positions by symbol, entries that still wait as if they were filled."""
        units: dict[str, Decimal] = {}
        for trade in self._book.mine():
            units[trade.instrument] = units.get(trade.instrument, _ZERO) + trade.units
        for order in self._book.orders.values():
            if self._book.ours(order.client_id):
                units[order.instrument] = units.get(order.instrument, _ZERO) + order.units
        return {
            symbol: Held(self._instruments[symbol], held, (quote.bid + quote.ask) / 2, self._rate(symbol))
            for symbol, held in units.items()
            if (quote := self.quotes.get(symbol))
        }

    def _rate(self, symbol: str) -> Decimal:
        """Return account currency per unit of the quote currency, by what the venue said last."""
        if self._instruments[symbol].quote == self._book.currency:
            return _ONE
        quote = self.quotes.get(symbol)
        if quote and quote.gain_rate is not None and quote.loss_rate is not None:
            return (quote.gain_rate + quote.loss_rate) / 2
        return self._recorded_rate(symbol)

    def _recorded_rate(self, symbol: str) -> Decimal:
        history = self._memory.history
        bars = {one: history.bars(one) for one in history.symbols}
        known = int(bars[symbol].known_at[-1])
        return Decimal(repr(Conversion(self._book.currency, bars).rate(bars[symbol].instrument.quote, known)))
