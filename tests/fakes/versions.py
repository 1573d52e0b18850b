"""Registered versions with everything that a manifest has to say, and nothing behind it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from mbats.market.local_time import DAY
from mbats.models.version import Fit, Version


def version(name: str = "trees", number: int = 1, until: int = 1_000 * DAY, **manifest: Any) -> Version:
    """Return a version that was trained until a moment; `manifest` overrides."""
    facts = {
        "name": name,
        "features": [],
        "fingerprint": "f" * 64,
        "columns": ["rsi_14", "log_return_5"],
        "dtypes": ["float64", "float64"],
        "label": {"name": "forward-return", "bars": 1},
        "kind": "number",
        "estimator": "ridge",
        "parameters": {"alpha": 1.0},
        "dataset": "d" * 64,
        "snapshot": "5" * 64,
        "symbols": ["EUR_USD"],
        "timeframe": "H1",
        "range": [0, until],
        "seed": 1,
        "commit": "c0ffee",
        "synthetic": False,
        "metrics": {"out_of_fold": {"ic": 0.04, "calibration_error": None}, "traded": {"sharpe": 0.7}},
        **manifest,
    }
    fit = Fit(0, until, until, None, "a" * 64, "skops")
    return Version(sha256(f"{name}/{number}".encode()).hexdigest(), name, number, (fit,), facts)
