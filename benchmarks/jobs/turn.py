"""A process that runs its job when it is sent a line, and answers with CPU seconds and the trades made."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = ("open", "high", "low", "close")
_TURN = 0.25


def arrays(folder: str) -> dict[str, Any]:
    """Return the columns that `benchmarks.peers` left in `folder`."""
    return {name: np.load(Path(folder) / f"{name}.npy") for name in (*COLUMNS, "time", "bid", "ask")}


def serve(job: Callable[[], int]) -> None:
    """Warm up with one run of `job`, which returns how many trades it made; then answer every line on stdin.

    A turn lasts `_TURN` CPU seconds, or one run where that takes longer, and answers with the median run: the first of
    them pays for what other processes left in the machine's caches.
    """
    job()
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        taken: list[float] = []
        while sum(taken) < _TURN:
            began = time.process_time()
            trades = job()
            taken.append(time.process_time() - began)
        print(json.dumps({"cpu": statistics.median(taken), "trades": int(trades)}), flush=True)
