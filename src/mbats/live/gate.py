"""What keeps an entry back: a person's wish, trouble, an order of unknown outcome, strangers, or a limit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.live.highs import tops
from mbats.live.ticket import Status
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.limit_check import Verdict, check, last_reset, losses
from mbats.portfolio.limits import account_limits, session_limits
from mbats.portfolio.standing import Held, Proposal, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.broker import AccountState, Submit
    from mbats.live.book import Book
    from mbats.live.feed import LiveQuote
    from mbats.live.log import Log
    from mbats.live.memory import Memory
    from mbats.live.store import SessionTerms
    from mbats.live.ticket import Ticket
    from mbats.market.instrument import Instrument
    from mbats.portfolio.limit_check import Reading

_ZERO, _ONE = Decimal(0), Decimal(1)


class Gate:
    """Looks at every order that may open a position.

    Attributes
    ----------
    closed
        Why no entries go out at all at present, by cause: pause, trouble with the venue, books that differ.
    quotes
        The last prices seen, by instrument.
    account, transferred
        The whole account as it was seen last, and what had been paid in or out by then since the session's start.
    """

    def __init__(self, log: Log, instruments: Mapping[str, Instrument], terms: SessionTerms) -> None:
        self._log, self._instruments = log, instruments
        self._limits, self._account_limits = session_limits(terms.limits), account_limits(terms.limits)
        self._bar_length = Timeframe(terms.timeframe).nanoseconds
        self.closed: dict[str, str] = {}
        self.quotes: dict[str, LiveQuote] = {}
        self.account: AccountState | None = None
        self.transferred = _ZERO

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

    def verdict(self, order: Submit, close: float, known_at: int, quote: LiveQuote, now: int) -> Verdict:
        """Measure an order by the limits of the session, and of the account as it was seen last.

        Parameters
        ----------
        close, known_at
            Mid close of the bar decided on, and when that bar was known.
        """
        proposal = Proposal(
            self._instruments[order.instrument],
            order.units,
            quote.bid,
            quote.ask,
            self._rate(order.instrument),
            Decimal(repr(close)),
            known_at,
            self._bar_length,
            quote.time,
        )
        own = check(self._limits, proposal, self._standing(now))
        if self.account is None:
            return own
        whole = check(self._account_limits, proposal, self._account_standing(self.account, now), "account")
        return Verdict((*own.readings, *whole.readings), own.reduces)

    def close(self, cause: str, why: str) -> None:
        """Let no entries out for a cause; with no reason why, that cause is gone."""
        if why:
            self.closed[cause] = why
        else:
            self.closed.pop(cause, None)

    def tops(self, now: int) -> tuple[Decimal, Decimal]:
        """Return the session's net asset value when the day of its loss limit began, and the highest."""
        return tops(last_reset(self._limits, now), self._memory.navs, self._book.opening)

    def losses(self, now: int) -> tuple[Reading, ...]:
        """Return how the limits on losses stand, the session's own and the account's."""
        own = losses(self._limits, self._standing(now))
        if self.account is None:
            return own
        return *own, *losses(self._account_limits, self._account_standing(self.account, now), "account")

    @property
    def watches_account(self) -> bool:
        """Whether the losses of the whole account have a limit."""
        return self._account_limits.daily_loss is not None or self._account_limits.drawdown is not None

    @property
    def _memory(self) -> Memory:
        return self._log.memory

    @property
    def _book(self) -> Book:
        assert self._memory.book is not None
        return self._memory.book

    def _beyond(self, ticket: Ticket, order: Submit, quote: LiveQuote, now: int) -> Mapping[str, object] | None:
        decision = ticket.decision
        breaches = self.verdict(order, decision.close, decision.time, quote, now).breaches
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
        day, high = self.tops(now)
        nav, memory = self._nav(), self._memory
        return Standing(now, self._book.currency, nav, day, max(high, nav), self._held(), memory.sent)

    def _account_standing(self, account: AccountState, now: int) -> Standing:
        """Return the standing of all that trades on the account; its past values are those seen by the session."""
        paid, reset = self.transferred, last_reset(self._account_limits, now)
        day, high = tops(reset, self._memory.account_navs, account.nav - paid, paid)
        units: dict[str, Decimal] = {}
        pairs = [(one.instrument, one.units) for one in account.trades]
        for symbol, more in [*pairs, *((one.instrument, one.units) for one in account.orders if not one.trade)]:
            units[symbol] = units.get(symbol, _ZERO) + more
        held = self._positions(units)
        return Standing(now, account.currency, account.nav, day, max(high, account.nav), held, self._memory.sent)

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
        return self._positions(units)

    def _positions(self, units: Mapping[str, Decimal]) -> dict[str, Held]:
        """Return what is held where a price is known; of other instruments the session knows nothing."""
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
