"""Small markets and journals made by hand."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from mbats.ledger.journal import Event, Journal, JournalWriter, Kind
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe


def nanoseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


@pytest.fixture
def at() -> Callable[[str], int]:
    """Turn "2016-06-01 13:00" (UTC) into nanoseconds."""
    return nanoseconds


@pytest.fixture
def make_bars() -> Callable[..., Bars]:
    """Make bars from closes: each opens at the close before; high and low are the larger and smaller of the two."""

    def make(
        symbol: str,
        start: str,
        closes: Sequence[float],
        timeframe: str = "H1",
        half_spread: float | None = None,
        highs: Sequence[float] | None = None,
        lows: Sequence[float] | None = None,
    ) -> Bars:
        close = np.asarray(closes, dtype=np.float64)
        open_ = np.append(close[:1], close[:-1])
        high = np.maximum(open_, close) if highs is None else np.asarray(highs, dtype=np.float64)
        low = np.minimum(open_, close) if lows is None else np.asarray(lows, dtype=np.float64)
        frame = Timeframe(timeframe)
        time = nanoseconds(start) + frame.nanoseconds * np.arange(len(close))
        sides = [
            None if half_spread is None else Quotes(*(column + move for column in (open_, high, low, close)))
            for move in (-(half_spread or 0.0), half_spread or 0.0)
        ]
        mid, volume = Quotes(open_, high, low, close), np.zeros(len(close))
        return Bars(fx_pair(symbol), frame, time, known_at(time, frame), mid, volume, bid=sides[0], ask=sides[1])

    return make


@pytest.fixture
def make_journal() -> Callable[..., Journal]:
    """Make a journal of one strategy from mappings of an event's fields; `symbol` and `money` name the codes."""

    def make(*events: dict[str, Any]) -> Journal:
        symbols = tuple(dict.fromkeys(event["symbol"] for event in events if event.get("symbol")))
        currencies = tuple(dict.fromkeys(event["money"] for event in events if event.get("money")))
        writer = JournalWriter(symbols, ("Sample",), currencies)
        for event in events:
            fields = dict(event)
            symbol, money = fields.pop("symbol", None), fields.pop("money", None)
            fields["instrument"] = symbols.index(symbol) if symbol else -1
            fields["strategy"] = 0 if symbol else -1
            fields["currency"] = currencies.index(money) if money else -1
            time = fields.pop("time")
            fields["time"] = nanoseconds(time) if isinstance(time, str) else time
            writer.append(Event(**{"kind": Kind.FILL, "rate": 1.0, **fields}))
        return writer.journal()

    return make


@pytest.fixture
def cash() -> Decimal:
    return Decimal(10_000)
