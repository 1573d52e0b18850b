"""A run and its verdict made by hand, for tests of whatever stores or shows them."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import numpy as np

from mbats.execution.order import OrderType, Role
from mbats.ledger.account import CashFlow, Flow
from mbats.ledger.cost_split import CostSplit
from mbats.ledger.equity import Equity
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.ledger.performance import Performance
from mbats.ledger.round_trips import RoundTrips
from mbats.ledger.run import RunInfo, RunResult

_DAY = 86_400_000_000_000
_BEGIN = 1_704_672_000_000_000_000  # 2024-01-08 00:00 UTC
_SPLIT = CostSplit(Decimal("1.2345"), Decimal("0.1"), Decimal("0.02"), Decimal("0.003"), Decimal("-0.0004"), Decimal(0))


def run_info(minute=0, **facts):
    """Return the record of a run that began in that minute."""
    strategy = {"name": "RsiBracket", "code": "c0de", "parameters": {"rsi_period": 30}, "instruments": ["EUR_USD"]}
    asked = {
        "id": uuid4(),
        "started_at": datetime(2024, 1, 9, 12, minute, tzinfo=UTC),
        "simulator": "backtrader",
        "fills": "venue",
        "costs": {"name": "oanda-us", "commission": {"fraction": 0.1}},
        "account": {"currency": "USD", "cash": "100000"},
        "strategies": (strategy,),
        "instruments": ("EUR_USD",),
        "timeframe": "H1",
        "start": datetime(2024, 1, 8, tzinfo=UTC),
        "end": datetime(2024, 1, 9, tzinfo=UTC),
        "snapshot": "sha256:5",
        "commit": "abc",
        "synthetic": True,
        "command": "mbats backtest run RsiBracket",
        "notes": ("Financing is not modelled.",),
    }
    return RunInfo(**(asked | facts))


def journal():
    """Return a decision, its order and fill, and the exit."""
    writer = JournalWriter(("EUR_USD",), ("RsiBracket",), ("USD",))
    money = {"strategy": 0, "instrument": 0, "currency": 0, "rate": 1.0}
    entry = {"order": 1, "role": Role.ENTRY, "type": OrderType.MARKET}
    stop = {"order": 2, "parent": 1, "role": Role.STOP_LOSS, "type": OrderType.STOP}
    writer.append(Event(_BEGIN, Kind.DECISION, 0, 0, units=1000.0, price=1.1), {"rsi": 38.5, "atr": -0.0})
    writer.append(Event(_BEGIN, Kind.ORDER, 0, 0, units=1000.0, **entry))
    writer.append(Event(_BEGIN + 1, Kind.FILL, units=1000.0, price=1.1001, mid=1.1, **entry, **money))
    writer.append(Event(_BEGIN + 2, Kind.FILL, units=-1000.0, price=1.102, mid=1.1021, pnl=1.9, **stop, **money))
    return writer.journal()


def result(info):
    """Return the verdict on `journal` for that run."""
    times = np.array([_BEGIN + _DAY, _BEGIN + 2 * _DAY])
    money = np.array([100_000.1, 100_001.2345])
    columns = {"time": times, "curve_time": times, "currency": "USD", "start": _BEGIN, "cash": 100_000.0}
    equity = Equity(**{field.name: columns.get(field.name, money) for field in fields(Equity)})
    flow = CashFlow(
        3, _BEGIN + 2_000, Flow.PROFIT, 0, 0, 2, Decimal("1.8905"), Decimal("0.0095"), Decimal("100001.8905")
    )
    return RunResult(info, journal(), _trips(), equity, _performance(), (flow,))


def _trips():
    columns = {
        **dict.fromkeys(("id", "entry_order", "bars_held"), np.array([1])),
        **dict.fromkeys(("instrument", "strategy"), np.zeros(1, dtype=np.int16)),
        **dict.fromkeys(("side", "exit_reason"), np.ones(1, dtype=np.int16)),
        **dict.fromkeys(("entry_time", "exit_time"), np.array([_BEGIN])),
        "open": np.zeros(1, dtype=np.bool_),
        "currency": "USD",
        "instruments": ("EUR_USD",),
        "strategies": ("RsiBracket",),
        "exact": (_SPLIT,),
        "unattributed": CostSplit(),
    }
    return RoundTrips(**{field.name: columns.get(field.name, np.array([0.1])) for field in fields(RoundTrips)})


def _performance():
    figures = {"currency": "USD", "net_profit": 1.2345, "sharpe": None, "trades": 1}
    return Performance(**{field.name: figures.get(field.name, 0.5) for field in fields(Performance)})
