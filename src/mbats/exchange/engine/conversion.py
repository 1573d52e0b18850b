from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.errors.exchange import NoConversion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.exchange.quote import Quote

_PLACES = Decimal("1e-12")
_OVER = ("USD", "EUR")


@dataclass(frozen=True, slots=True)
class Factors:
    """Home currency per unit of another: at mid, for what is gained, and for what is lost."""

    mid: Decimal
    gain: Decimal
    loss: Decimal

    def money(self, amount: Decimal) -> Decimal:
        """Return what a gain or loss is worth at home."""
        return amount * (self.gain if amount > 0 else self.loss)


HOME = Factors(Decimal(1), Decimal(1), Decimal(1))


class Conversion:
    """Home currency for other currencies, by the mid prices of this moment and a markup against the client.

    Parameters
    ----------
    pairs
        Base and quote currency of each instrument by symbol.
    quotes
        Prices by symbol, looked at whenever a rate is asked for.
    """

    def __init__(self, pairs: Mapping[str, tuple[str, str]], quotes: Mapping[str, Quote], markup: Decimal) -> None:
        self._quotes, self.markup = quotes, markup
        self._by_ends = {frozenset(ends): (symbol, ends[0]) for symbol, ends in pairs.items()}
        self._routes: dict[tuple[str, str], tuple[tuple[str, bool], ...]] = {}

    def factors(self, currency: str, home: str) -> Factors | None:
        """Return the factors of a currency; None as long as a pair on the way has no price."""
        if currency == home:
            return HOME
        rate = Decimal(1)
        for symbol, inverted in self.route(currency, home):
            if (quote := self._quotes.get(symbol)) is None:
                return None
            rate = rate / quote.mid if inverted else rate * quote.mid
        gain, loss = rate * (1 - self.markup), rate * (1 + self.markup)
        return Factors(rate.quantize(_PLACES), gain.quantize(_PLACES), loss.quantize(_PLACES))

    def route(self, currency: str, home: str) -> tuple[tuple[str, bool], ...]:
        """Return the pairs on the way home, and whether each is turned round.

        Raises
        ------
        NoConversion
            When no one or two instruments connect the currencies.
        """
        if (currency, home) not in self._routes:
            self._routes[currency, home] = self._find(currency, home)
        return self._routes[currency, home]

    def _find(self, currency: str, home: str) -> tuple[tuple[str, bool], ...]:
        others = sorted({code for ends in self._by_ends for code in ends} - {*_OVER})
        for way in ((home,), *((middle, home) for middle in (*_OVER, *others))):
            steps = list(zip((currency, *way), way, strict=False))
            found = [self._by_ends.get(frozenset(step)) for step in steps]
            if all(found):
                return tuple((leg[0], leg[1] != step[0]) for leg, step in zip(found, steps, strict=True) if leg)
        raise NoConversion(currency=currency, home=home, base=currency)
