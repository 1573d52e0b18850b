from decimal import Decimal

import pytest

from mbats.errors.market import UnknownPair
from mbats.market.catalogue import equity, fx_pair, known_instruments, pair_symbol
from mbats.market.instrument import AssetClass


@pytest.mark.parametrize(
    ("symbol", "pip", "tick", "margin"),
    [
        ("EUR_USD", "0.0001", "0.00001", "0.02"),
        ("USD_JPY", "0.01", "0.001", "0.02"),
        ("EUR_HUF", "0.01", "0.001", "0.05"),
        ("USD_TRY", "0.0001", "0.00001", "0.05"),
        ("EUR_SEK", "0.0001", "0.00001", "0.02"),
    ],
)
def test_pip_tick_and_margin_follow_the_currencies(symbol: str, pip: str, tick: str, margin: str) -> None:
    pair = fx_pair(symbol)
    assert (pair.pip, pair.tick, pair.margin_rate) == (Decimal(pip), Decimal(tick), Decimal(margin))
    assert (pair.base, pair.quote, pair.lot) == (symbol[:3], symbol[4:], Decimal(1))


@pytest.mark.parametrize(
    "symbol", ["EURUSD", "EUR_EUR", "eur_usd", "EUR_US", "EUR_USDX", "_USD", "EÜR_USD", "EUR/USD", ""]
)
def test_what_is_no_pair_is_refused_by_name(symbol: str) -> None:
    with pytest.raises(UnknownPair, match="no currency pair"):
        fx_pair(symbol)


def test_all_majors_and_their_crosses_are_known_in_the_market_s_order() -> None:
    known = known_instruments()
    majors = "EUR_USD GBP_USD AUD_USD NZD_USD USD_CAD USD_CHF USD_JPY EUR_GBP EUR_JPY GBP_JPY AUD_NZD CAD_JPY CHF_JPY"
    assert set(majors.split()) <= known.keys()
    assert not {f"{pair.quote}_{pair.base}" for pair in known.values()} & known.keys()
    assert all(symbol == pair.symbol for symbol, pair in known.items())


def test_a_pair_is_named_base_first() -> None:
    assert pair_symbol("USD", "EUR") == pair_symbol("EUR", "USD") == "EUR_USD"
    assert pair_symbol("JPY", "XAF") == "JPY_XAF"


def test_an_equity_trades_in_cents_and_whole_shares() -> None:
    share = equity("SPY")
    assert (share.asset_class, share.base, share.quote, share.exchange) == (AssetClass.EQUITY, "SPY", "USD", "XNYS")
    assert (share.tick, share.lot) == (Decimal("0.01"), Decimal(1))
