"""A process that runs its job once for every line it is sent, and answers with CPU seconds and the trades made."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = ("open", "high", "low", "close")


def arrays(folder: str) -> dict[str, Any]:
    """Return the columns that `benchmarks.peers` left in `folder`."""
    return {name: np.load(Path(folder) / f"{name}.npy") for name in (*COLUMNS, "time", "bid", "ask")}


def serve(job: Callable[[], int]) -> None:
    """Warm up with one run, then run `job`, which returns how many trades it made, for every line on stdin."""
    job()
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        began = time.process_time()
        trades = job()
        print(json.dumps({"cpu": time.process_time() - began, "trades": int(trades)}), flush=True)
