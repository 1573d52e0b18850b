"""Sweeps with a plateau and a lonely peak, made by formula."""

from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import numpy as np

from mbats.evidence.deflation import Deflation
from mbats.ledger.run import RunInfo
from mbats.reports.sweep_cells import SweepCells


def basis(name="RsiBracket", **facts):
    share = {"name": name, "code": "a1", "parameters": {"atr_period": 5}, "instruments": ["EUR_USD"], "sizing": {}}
    told = {
        "id": UUID(int=9), "started_at": datetime(2020, 1, 1, tzinfo=UTC), "simulator": "by hand", "fills": "venue",
        "costs": {"name": "oanda-us"}, "account": {"currency": "USD", "cash": "100000"}, "strategies": (share,),
        "instruments": ("EUR_USD",), "timeframe": "H1", "start": datetime(2016, 1, 1, tzinfo=UTC),
        "end": datetime(2020, 1, 1, tzinfo=UTC), "snapshot": "s", "commit": "c", "synthetic": True,
    }  # fmt: skip
    return RunInfo(**(told | facts))


def cells(axes, sharpe, search="grid", objective="sharpe", name="RsiBracket", **facts):
    """Return a grid of the values of `axes`, a Sharpe ratio each by `sharpe(*values)`; NaN is not ranked."""
    return listed(list(axes), list(product(*axes.values())), sharpe, search, objective, name, **facts)


def listed(names, points, sharpe, search="random", objective="sharpe", name="RsiBracket", **facts):
    """Return a sweep of the given points."""
    score = np.array([sharpe(*point) for point in points], dtype=np.float64)
    figures = {
        "sharpe": score,
        "net_profit": score * 1_000,
        "max_drawdown": np.clip(0.2 - score / 10, 0.01, 1.0),
        "trades": np.full(len(points), 120.0),
    }
    minimise = objective == "max_drawdown"
    ranks = np.where(np.isfinite(score), figures[objective] * (-1 if minimise else 1), np.nan)
    told = {
        "basis": basis(name), "search": search, "total": len(points), "seed": 7, "objective": objective,
        "minimise": minimise, "constraints": ("trades>=30",), "number": np.arange(len(points)),
        "values": {axis: [point[place] for point in points] for place, axis in enumerate(names)},
        "figures": figures, "score": ranks,
        "deflation": Deflation(len(points), 3, 0, len(points), 1_000, 260, 1.31, 0.99, 0.41, 300.0, 0.6),
        "sentence": "Best of 315 trials; a Sharpe of 1.3 is expected by luck alone; deflated: 0.41: no.",
        "run": str(UUID(int=8)),
    }  # fmt: skip
    return SweepCells(**(told | facts))


def plateau(x, y, *others):
    """A broad hill around (20, 1), a little lower with every other parameter."""
    return 1.2 - ((x - 20) / 20) ** 2 - (y - 1) ** 2 - 0.1 * sum(others)


def peak(x, y, *others):
    """Nothing anywhere but at (20, 1)."""
    return 1.2 if (x, y) == (20, 1) and not any(others) else -0.3 + 0.01 * x
