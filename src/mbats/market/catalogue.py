from decimal import Decimal
from functools import cache
from itertools import combinations

from mbats.errors.market import UnknownPair
from mbats.market.instrument import AssetClass, Instrument


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The order in which the market writes a pair: the earlier currency is the base.
_CONVENTION = _codes("EUR GBP AUD NZD USD CAD CHF SGD HKD DKK NOK SEK PLN CZK HUF TRY ZAR MXN CNH THB INR JPY")
_CROSSED = _codes("EUR GBP AUD NZD USD CAD CHF JPY")
_AGAINST_USD_AND_EUR = _codes("SGD HKD DKK NOK SEK PLN CZK HUF TRY ZAR")
_AGAINST_USD = _codes("MXN CNH THB INR")

# Quoted to two places and a tenth instead of four and a tenth.
_SMALL_UNITS = frozenset(_codes("JPY HUF THB INR KRW"))

# NFA Financial Requirements Section 12: 2 % where both currencies are in this list, 5 % for all other pairs.
_LOW_MARGIN = frozenset(_codes("USD GBP CHF CAD JPY EUR AUD NZD SEK NOK DKK"))


def fx_pair(symbol: str) -> Instrument:
    """Return the currency pair `symbol`, ``EUR_USD``, as a US retail broker of OANDA's kind quotes it.

    Pip and tick follow the quote currency (0.0001 and 0.00001; 0.01 and 0.001 for JPY and other small units), the lot
    is one unit. The margin rate is the legal minimum of NFA Financial Requirements Section 12 (0.02 and 0.05): a venue
    may ask for more, and its own figure, imported with the instrument, wins.

    Raises
    ------
    UnknownPair
        When `symbol` is not two different currency codes.
    """
    base, _, quote = symbol.partition("_")
    if base == quote or not (_is_code(base) and _is_code(quote)):
        raise UnknownPair(symbol=symbol, known=", ".join(known_instruments()))
    pip = Decimal("0.01") if quote in _SMALL_UNITS else Decimal("0.0001")
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.FX,
        base=base,
        quote=quote,
        pip=pip,
        tick=pip / 10,
        margin_rate=Decimal("0.02") if {base, quote} <= _LOW_MARGIN else Decimal("0.05"),
        venue_symbols={"oanda": symbol, "metatrader": base + quote, "interactive-brokers": f"{base}.{quote}"},
    )


@cache
def known_instruments() -> dict[str, Instrument]:
    """Return the pairs that every securities master starts with, by symbol: majors, their crosses, some exotics."""
    pairs = list(combinations(_CROSSED, 2))
    pairs += [_conventional(anchor, other) for anchor in ("EUR", "USD") for other in _AGAINST_USD_AND_EUR]
    pairs += [("USD", other) for other in _AGAINST_USD]
    return {symbol: fx_pair(symbol) for symbol in sorted(f"{base}_{quote}" for base, quote in pairs)}


def pair_symbol(one: str, other: str) -> str:
    """Return the symbol under which the market trades two currencies: ``("USD", "EUR")`` gives ``EUR_USD``."""
    return "_".join(_conventional(one, other))


def equity(symbol: str, currency: str = "USD", exchange: str = "XNYS") -> Instrument:
    """Return a share: cents, whole shares, half the value as margin (US Regulation T, 12 CFR 220.12)."""
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.EQUITY,
        base=symbol,
        quote=currency,
        pip=Decimal("0.01"),
        tick=Decimal("0.01"),
        margin_rate=Decimal("0.5"),
        exchange=exchange,
    )


def _conventional(one: str, other: str) -> tuple[str, str]:
    ranks = {code: rank for rank, code in enumerate(_CONVENTION)}
    first, second = sorted((one, other), key=lambda code: (ranks.get(code, len(ranks)), code))
    return first, second


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()
