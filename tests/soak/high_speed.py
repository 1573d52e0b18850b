"""A year of hourly bars through a stepped exchange, as fast as it goes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from soak.growth import Growth
from soak.process import Service, ours


def high_speed(home: Path, until: str) -> dict[str, Any]:
    """Trade EUR_USD from January 2024 on in a process of its own, and watch its memory."""
    ours(home, "data", "reference", "EUR_USD", "--start", "2023-10", "--end", until)
    trading = Service(home, "year", "2024-01", until, module="soak.year")
    begun, growth = time.monotonic(), Growth()
    while trading.alive:
        growth.add(time.monotonic() - begun, trading.mebibytes)
        time.sleep(1)
    if trading.process.returncode:
        raise SystemExit(f"the year failed; see {trading.log}")
    told = json.loads(trading.log.read_text().splitlines()[-1])
    return {"until": until, "seconds": round(time.monotonic() - begun, 1), "memory": growth.told(), **told}
