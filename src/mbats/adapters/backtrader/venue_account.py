from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.execution.lots import added
from mbats.execution.margin import closeout_percent, converted, margin_needed

if TYPE_CHECKING:
    from mbats.adapters.backtrader.book import Book


class VenueAccount:
    """Cash, net asset value and margin of a netting account, in its own currency, as the venue reckons them.

    Parameters
    ----------
    markup
        Share of the rate that the venue keeps when it converts.
    """

    def __init__(self, currency: str, cash: float, markup: float) -> None:
        self.cash = cash
        self.books: list[Book] = []
        self._currency = currency
        self._markup = markup

    def book_flow(self, book: Book, amount: float, rate: float) -> None:
        """Add a cash flow in the quote currency of `book`."""
        self.cash += self._converted(book, amount, rate)

    def nav(self, now: int) -> float:
        """Return cash and what closing every position at the last prices would bring."""
        return self.cash + added(self._unrealised(book, now) for book in self.books if book.position.size)

    def margin_used(self, now: int) -> float:
        """Return the margin that all positions block."""
        return added(self.margin(book, book.position.size, now) for book in self.books if book.position.size)

    def margin(self, book: Book, units: float, now: int) -> float:
        """Return the margin of `units` of one instrument."""
        return margin_needed(units, book.mid, book.track.rate(now), book.margin_rate)

    def exhausted(self, now: int) -> bool:
        """Tell whether the venue closes everything now."""
        return closeout_percent(self.margin_used(now), self.nav(now)) >= 1

    def _unrealised(self, book: Book, now: int) -> float:
        return self._converted(book, book.lots.profit(book.leaving), book.track.rate(now))

    def _converted(self, book: Book, amount: float, rate: float) -> float:
        if book.track.terms.quote == self._currency:
            return amount
        return converted(amount, rate, self._markup)
