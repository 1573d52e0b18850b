"""Which market a person's words mean."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fakes.tapes import at, steps, walk
from mbats.bootstrap.exchange_market import MarketOptions, market, recorded_market
from mbats.errors.exchange_service import NothingToReplay, NotInTheMarket, UnknownMarket
from mbats.errors.market import MissingRate
from mbats.errors.tape import BarsWithoutSides
from mbats.exchange.ticker import RateChange
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.market.local_time import DAY
from mbats.settings import Settings

BARS = walk("EUR_USD", "2024-07-01", "2024-07-05")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_the_reference_market_is_replayed_with_a_year_behind_it(settings: Settings) -> None:
    options = MarketOptions(symbols=("EUR_USD",), start="2024-07-01", end="2024-07-10")
    made = market(options, "USD", settings, None)
    assert made.start == at("2024-07-01")
    assert at("2023-07-02") < made.tape.begins < at("2023-07-06")
    assert made.tape.ends == at("2024-07-10")
    assert made.tape.synthetic
    assert "luck or a bug" in made.notice
    assert made.terms[0].long_rate != 0


def test_the_reference_market_of_today_goes_on_where_the_fixings_end(settings: Settings) -> None:
    today = at("2031-03-03T10:00")
    made = market(MarketOptions(symbols=("EUR_USD",)), "USD", settings, today)
    assert (made.start, made.tape.ends) == (today, None)
    bars = made.tape.bars("EUR_USD", today + 100 * DAY)
    assert bars.time[-1] > today + 99 * DAY
    again = market(MarketOptions(symbols=("EUR_USD",)), "USD", settings, today + 7 * DAY)
    same = again.tape.bars("EUR_USD", today + 8 * DAY).between(today, today + DAY)
    assert same.close.tobytes() == bars.between(today, today + DAY).close.tobytes()


def test_pairs_that_convert_the_money_are_added(settings: Settings) -> None:
    options = MarketOptions("planted", symbols=("EUR_GBP",), start="2024-07-01", end="2024-07-02")
    assert tuple(market(options, "USD", settings, None).tape.instruments) == ("EUR_GBP", "GBP_USD")


def test_a_planted_market_of_today_grows(settings: Settings) -> None:
    today = at("2026-07-01")
    tape = market(MarketOptions("planted", symbols=("EUR_USD",)), "USD", settings, today).tape
    first = tape.bars("EUR_USD", today).close[:1_000]
    bars = tape.bars("EUR_USD", today + 400 * DAY)
    assert bars.time[-1] > today + 399 * DAY
    assert bars.close[:1_000].tobytes() == first.tobytes()
    assert (np.diff(bars.time) > 0).all()


def test_files_are_replayed(settings: Settings, tmp_path: Path) -> None:
    assert BARS.bid is not None
    assert BARS.ask is not None
    sides = {"bid": BARS.bid, "ask": BARS.ask}
    prices = {
        f"{side}_{name}": getattr(of, name) for side, of in sides.items() for name in ("open", "high", "low", "close")
    }
    time = pa.array(BARS.time, pa.timestamp("ns", "UTC"))
    file = tmp_path / "oanda_EUR_USD_H1.parquet"
    pq.write_table(pa.table({"time": time, **prices}), file)
    made = market(MarketOptions(str(file), start="2024-07-03"), "USD", settings, None)
    assert made.tape.bars("EUR_USD", 2**62).bid.close.tobytes() == BARS.bid.close.tobytes()  # type: ignore[union-attr]
    assert made.start == at("2024-07-03")
    with pytest.raises(NothingToReplay, match="2030"):
        market(MarketOptions(str(file), start="2030"), "USD", settings, None)
    with pytest.raises(NotInTheMarket, match="GBP_USD"):
        market(MarketOptions(str(file), symbols=("GBP_USD",)), "USD", settings, None)
    with pytest.raises(MissingRate):
        market(MarketOptions(str(file)), "CHF", settings, None)


def test_what_is_no_market_is_said_to_be_none(settings: Settings) -> None:
    with pytest.raises(UnknownMarket, match="referenz"):
        market(MarketOptions("referenz"), "USD", settings, None)


def test_one_price_needs_a_stated_spread() -> None:
    one = replace(steps("EUR_USD", "2024-07-03T10:00", [(110_000, 110_010, 109_990, 110_000)]), bid=None, ask=None)
    with pytest.raises(BarsWithoutSides):
        recorded_market({"EUR_USD": one})
    tape = recorded_market({"EUR_USD": one}, spread=2.0).tape.bars("EUR_USD", 2**62)
    assert tape.bid is not None
    assert tape.ask is not None
    assert (tape.bid.open[0], tape.ask.open[0]) == (1.09991, 1.10011)


def test_financing_rates_are_on_the_terms_and_change_with_time() -> None:
    later = at("2024-07-03")
    dated = DatedRates(np.array([0, later]), np.array([-0.01, -0.02]), np.array([0.002, 0.003]), "test", {2: 3})
    made = recorded_market({"EUR_USD": BARS}, financing=FinancingRates({"EUR_USD": dated}))
    (terms,), (change,) = made.terms, made.rate_changes
    assert (terms.long_rate, terms.short_rate, terms.days_of_week) == (Decimal("-0.01"), Decimal("0.002"), {2: 3})
    assert change == RateChange(later, "EUR_USD", Decimal("-0.02"), Decimal("0.003"))
