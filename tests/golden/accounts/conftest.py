"""The tables worked by hand, and the market that they describe."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe

HOUR = 3_600_000_000_000
H1 = Timeframe("H1")
HALF_SPREAD = {"EUR_USD": 0.0001, "EUR_GBP": 0.0001, "USD_JPY": 0.010, "USD_CAD": 0.0001, "GBP_USD": 0.0001}
STEPS = {
    "EUR_USD": [("2016-06-21 00:00", 1.1000), ("2016-06-23 12:00", 1.1200), ("2016-07-05 15:00", 1.1000)],
    "EUR_GBP": [("2016-06-21 00:00", 0.8000), ("2016-06-28 12:00", 0.8110)],
    "USD_JPY": [("2016-06-21 00:00", 125.0), ("2016-07-04 12:00", 128.0)],
    "USD_CAD": [("2016-06-21 00:00", 1.2500), ("2016-06-29 12:00", 1.2800)],
    "GBP_USD": [("2016-06-21 00:00", 1.3750)],
}


class ByHand:
    """Tables of this folder, and the moments in them as nanoseconds."""

    account = Account("USD", Decimal(5_000))
    end = Decimal("972.1848")
    markup = 0.005
    symbols = ("EUR_USD", "EUR_GBP", "USD_JPY", "USD_CAD")

    def table(self, name: str) -> list[dict[str, str]]:
        with (Path(__file__).parent / f"{name}.csv").open(newline="") as lines:
            return list(csv.DictReader(lines))

    def moment(self, text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000

    def flows(self) -> list[tuple[Any, ...]]:
        """Return time, instrument, kind, amount and conversion cost of every line, by time and instrument."""
        return sorted(
            (
                self.moment(line["time"]),
                line["instrument"],
                line["flow"],
                Decimal(line["amount"]),
                Decimal(line["conversion_cost"]),
            )
            for line in self.table("flows")
        )


@pytest.fixture(scope="session")
def by_hand() -> ByHand:
    return ByHand()


@pytest.fixture(scope="session")
def bars(by_hand: ByHand) -> dict[str, Bars]:
    """Hourly bars of all pairs, the one for conversion included: flat inside, a step between two of them."""
    return {symbol: _bars(by_hand, symbol) for symbol in STEPS}


@pytest.fixture(scope="session")
def market(by_hand: ByHand, bars: dict[str, Bars]) -> dict[str, Bars]:
    """The bars that are traded."""
    return {symbol: bars[symbol] for symbol in by_hand.symbols}


@pytest.fixture
def conversion(bars: dict[str, Bars]) -> Conversion:
    return Conversion("USD", bars)


def _bars(by_hand: ByHand, symbol: str) -> Bars:
    time = np.arange(by_hand.moment("2016-06-21 00:00"), by_hand.moment("2016-07-06 00:00"), HOUR)
    weekends = [("2016-06-24 21:00", "2016-06-26 21:00"), ("2016-07-01 21:00", "2016-07-03 21:00")]
    for closes, opens in weekends:
        time = time[(time < by_hand.moment(closes)) | (time >= by_hand.moment(opens))]
    begins = [by_hand.moment(moment) for moment, _ in STEPS[symbol]]
    mid = np.array([price for _, price in STEPS[symbol]])[np.searchsorted(begins, time, side="right") - 1]
    bid, flat, ask = (Quotes(*(mid + move,) * 4) for move in (-HALF_SPREAD[symbol], 0.0, HALF_SPREAD[symbol]))
    return Bars(fx_pair(symbol), H1, time, known_at(time, H1), flat, np.zeros(len(time)), bid=bid, ask=ask)
