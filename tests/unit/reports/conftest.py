from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from mbats.ledger.cost_split import CostSplit
from mbats.ledger.equity import Equity
from mbats.ledger.journal import JournalWriter
from mbats.ledger.performance import Performance
from mbats.ledger.round_trips import RoundTrips
from mbats.ledger.run import RunInfo, RunResult
from mbats.market.bars import Bars, Quotes
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe

HOUR = 3_600_000_000_000
DAY = 24 * HOUR
START = int(datetime(2016, 1, 4, tzinfo=UTC).timestamp()) * 1_000_000_000
CASH = 100_000.0


@dataclass
class Trip:
    """One hand-made trade: gross profit and costs in USD, entered and left so many hours after the start."""

    gross: float
    entry: int = 0
    exit: int = 5
    side: int = 1
    symbol: str = "EUR_USD"
    spread: float = 1.4
    commission: float = 0.0
    conversion: float = 0.0
    reason: int = 2
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def net(self) -> float:
        return self.gross - self.spread - self.commission - self.conversion


def make_bars(count: int = 600, symbol: str = "EUR_USD", *, quotes: bool = True) -> Bars:
    base, quote = symbol.split("_")
    walk = 1.1 + np.round(np.cumsum(np.sin(np.arange(count) * 0.7) * 0.0004), 5)
    open_ = np.concatenate(([1.1], walk[:-1]))
    high, low = np.maximum(open_, walk) + 0.0002, np.minimum(open_, walk) - 0.0002
    mid = Quotes(open_, high, low, walk)
    sides = [Quotes(*(column + shift for column in (open_, high, low, walk))) for shift in (-0.00007, 0.00007)]
    time = START + np.arange(count, dtype=np.int64) * HOUR
    instrument = Instrument(symbol, AssetClass.FX, base, quote, Decimal("0.0001"), Decimal("0.00001"))
    bid, ask = sides if quotes else (None, None)
    return Bars(instrument, Timeframe("H1"), time, time + HOUR, mid, np.zeros(count), bid, ask, "made by hand")


def make_trips(trips: list[Trip], instruments: tuple[str, ...]) -> RoundTrips:
    column = lambda values, kind=np.float64: np.array(list(values), dtype=kind)  # noqa: E731
    price = 1.1
    return RoundTrips(
        currency="USD",
        instruments=instruments,
        strategies=("RsiBracket",),
        id=np.arange(1, len(trips) + 1),
        instrument=column((instruments.index(trip.symbol) for trip in trips), np.int16),
        strategy=column((0 for _ in trips), np.int16),
        side=column((trip.side for trip in trips), np.int16),
        units=column(1_000.0 for _ in trips),
        entry_time=column((START + trip.entry * HOUR for trip in trips), np.int64),
        exit_time=column((START + trip.exit * HOUR for trip in trips), np.int64),
        entry_price=column(price for _ in trips),
        exit_price=column(price + trip.side * trip.gross / 1_000 for trip in trips),
        entry_order=column((3 * number + 1 for number in range(len(trips))), np.int64),
        exit_reason=column((trip.reason for trip in trips), np.int16),
        stop=column(price - trip.side * 0.001 for trip in trips),
        target=column(price + trip.side * 0.002 for trip in trips),
        pnl_quote=column(trip.gross - trip.spread for trip in trips),
        gross=column(trip.gross for trip in trips),
        commission=column(trip.commission for trip in trips),
        financing=column(0.0 for _ in trips),
        spread_cost=column(trip.spread for trip in trips),
        slippage_cost=column(0.0 for _ in trips),
        conversion_cost=column(trip.conversion for trip in trips),
        net=column(trip.net for trip in trips),
        bars_held=column((trip.exit - trip.entry for trip in trips), np.int64),
        mfe=column(max(trip.gross, 0.5) / 1_000 for trip in trips),
        mae=column(max(-trip.gross, 0.5) / 1_000 for trip in trips),
        mfe_money=column(max(trip.gross, 0.5) for trip in trips),
        mae_money=column(max(-trip.gross, 0.5) for trip in trips),
        open=column((trip.reason < 0 for trip in trips), np.bool_),
        exact=tuple(CostSplit(net=Decimal(repr(trip.net)), spread=Decimal(repr(trip.spread))) for trip in trips),
        unattributed=CostSplit(),
    )


def make_equity(trips: list[Trip], days: int) -> Equity:
    time = START + DAY * np.arange(1, days + 1)
    profit = np.zeros(days)
    for trip in trips:
        profit[min(trip.exit // 24, days - 1)] += trip.net
    nav = CASH + np.cumsum(profit)
    flat = np.zeros(days)
    return Equity("USD", START, CASH, time, nav, nav, flat, flat, time, nav)


def make_performance(trips: list[Trip], equity: Equity, **figures: Any) -> Performance:
    net, gross = sum(trip.net for trip in trips), sum(trip.gross for trip in trips)
    wins = [trip.net for trip in trips if trip.net > 0]
    worth = np.append(CASH, equity.nav)
    fallen = worth / np.maximum.accumulate(worth) - 1
    known: dict[str, Any] = {
        "currency": "USD",
        "periods_per_year": 260,
        "cash_rate": 0.0,
        "days": len(equity),
        "years": len(equity) / 365.25,
        "start_nav": CASH,
        "end_nav": CASH + net,
        "transfers": 0.0,
        "net_profit": net,
        "gross_profit": gross,
        "spread_cost": sum(trip.spread for trip in trips),
        "slippage_cost": 0.0,
        "commission": sum(trip.commission for trip in trips),
        "financing": 0.0,
        "conversion_cost": sum(trip.conversion for trip in trips),
        "costs": gross - net,
        "total_return": net / CASH,
        "gross_return": gross / CASH,
        "max_drawdown": -float(fallen.min()),
        "max_drawdown_money": -float(fallen.min()) * CASH,
        "max_drawdown_days": 7.0,
        "trades": len(trips),
        "open_trades": sum(trip.reason < 0 for trip in trips),
        "winners": len(wins),
        "losers": len(trips) - len(wins),
        "win_rate": len(wins) / len(trips) if trips else None,
        "longest_winning_streak": 1,
        "longest_losing_streak": 1,
    }
    blank = dict.fromkeys(Performance.__dataclass_fields__)
    return Performance(**(blank | known | figures))


def make_info(equity: Equity, instruments: tuple[str, ...], **facts: Any) -> RunInfo:
    start = datetime.fromtimestamp(equity.start / 1e9, tz=UTC)
    known: dict[str, Any] = {
        "id": UUID("3f2b8a52-7f43-4f0e-9c1e-0b5f6a1c2d3e"),
        "started_at": datetime(2025, 3, 1, 12, 30, tzinfo=UTC),
        "simulator": "backtrader",
        "fills": "venue",
        "costs": {"name": "oanda-us", "spread": {"source": "quoted"}, "conversion_markup": 0.005, "financing": True},
        "account": {"currency": "USD", "cash": "100000", "leverage": 20.0},
        "strategies": (
            {
                "name": "RsiBracket",
                "code": "a1b2c3",
                "parameters": {"rsi_period": 30, "stop_atr": 1.0},
                "instruments": list(instruments),
                "sizing": {"rule": "FixedUnits", "size": 1000.0},
            },
        ),
        "instruments": instruments,
        "timeframe": "H1",
        "start": start,
        "end": start + timedelta(days=len(equity)),
        "snapshot": "sha256:0123456789abcdef",
        "commit": "3c5b0b5",
        "synthetic": False,
        "command": "mbats backtest run rsi-bracket EUR_USD --timeframe H1",
        "notes": ("Financing is not modelled: the data has no dated financing rates.",),
    }
    return RunInfo(**(known | facts))


def make_run(
    trips: list[Trip] | None = None,
    *,
    days: int = 25,
    instruments: tuple[str, ...] = ("EUR_USD",),
    info: dict[str, Any] | None = None,
    **figures: Any,
) -> RunResult:
    made = [] if trips is None else trips
    equity = make_equity(made, days)
    return RunResult(
        make_info(equity, instruments, **(info or {})),
        JournalWriter(instruments, ("RsiBracket",), ("USD",)).journal(),
        make_trips(made, instruments),
        equity,
        make_performance(made, equity, **figures),
    )


@pytest.fixture
def run_of() -> Callable[..., RunResult]:
    """Build a run from hand-made trades."""
    return make_run


@pytest.fixture
def trip() -> type[Trip]:
    return Trip


@pytest.fixture
def bars_of() -> Callable[..., Bars]:
    return make_bars


@pytest.fixture
def forty_trips() -> list[Trip]:
    """Forty trades that made 20 USD before costs and lost 36 after them."""
    return [
        Trip(gross=8.0 if n % 3 == 0 else -3.3, entry=12 * n, exit=12 * n + 6, side=1 - 2 * (n % 2), reason=1 + n % 2)
        for n in range(40)
    ]
