"""A session on minute bars at real time, whose streams are cut every few seconds."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import httpx

from soak.growth import Growth
from soak.process import Service, ours

_SYMBOLS = ("EUR_USD", "GBP_USD", "EUR_GBP")
_CUT_EVERY = 4.0


class Paper:
    """The exchange's two ports."""

    def __init__(self, home: Path) -> None:
        told = json.loads((home / "home" / "exchange" / "address.json").read_text())
        self.account = f"/v3/accounts/{told['account']}"
        self.client = httpx.Client(base_url=told["url"], headers={"Authorization": f"Bearer {told['token']}"})
        headers = {"Authorization": f"Bearer {told['admin_token']}"}
        self.admin = httpx.Client(base_url=told["admin_url"], headers=headers)

    def summary(self) -> dict[str, Any]:
        """Return the account by its own word."""
        account: dict[str, Any] = self.client.get(f"{self.account}/summary").json()["account"]
        return account

    def seconds(self) -> float:
        """Return the exchange's time."""
        prices = self.client.get(f"{self.account}/pricing", params={"instruments": "EUR_USD"}).json()
        return float(time.mktime(time.strptime(prices["time"][:19], "%Y-%m-%dT%H:%M:%S")))

    def cut(self) -> None:
        """Cut or stall whichever stream speaks next."""
        kind = random.choice(("cut", "stall", "repeat"))
        self.admin.post("/v1/faults", json={"kind": kind, "path": "*/stream", "times": 3, "seconds": 3})


def real_time(home: Path, minutes: float) -> dict[str, Any]:
    """Trade for some minutes and return what grew, what was cut, and whether the books agree."""
    names = [part for symbol in _SYMBOLS for part in ("-s", symbol)]
    place = ("--start", "2025-01-07T10:00", "--port", "0", "--admin-port", "0")
    exchange = Service(
        home, "exchange", "exchange", "serve", "--market", "planted", "--timeframe", "M1", *place, *names
    )
    _until((home / "home" / "exchange" / "address.json").exists)
    start = ("RsiBracket", "--timeframe", "M1", "--venue", "paper", "--name", "soak", "-p", "rsi_period=5")
    ours(home, "live", "start", *start, *names, "--limit", "orders_per_day=100000")
    session = Service(home, "session", "live", "run", "soak")
    paper, begun, cuts = Paper(home), time.monotonic(), 0
    drift, growth = paper.seconds() - begun, {one.name: Growth() for one in (exchange, session)}
    while time.monotonic() - begun < minutes * 60:
        time.sleep(_CUT_EVERY)
        paper.cut()
        cuts += 1
        for one in (exchange, session):
            if not one.alive:
                raise SystemExit(f"the {one.name} died; see {one.log}")
            growth[one.name].add(time.monotonic() - begun, one.mebibytes)
    drift = paper.seconds() - time.monotonic() - drift
    state = json.loads(ours(home, "live", "status", "soak", "--json"))
    session.stop()
    explained = json.loads(ours(home, "live", "explain", "soak", "--json"))
    account = paper.summary()
    exchange.stop()
    earned = float(account["NAV"]) - 100_000
    return {
        "minutes": minutes,
        "stream_faults": cuts,
        "condition": state["condition"] if isinstance(state, dict) else state[0]["condition"],
        "transactions": int(account["lastTransactionID"]),
        "clock_drift_seconds": round(drift, 1),
        "memory": {name: one.told() for name, one in growth.items()},
        "balance_at_venue": account["balance"],
        "nav_earned_at_venue": round(earned, 4),
        "earned_in_books": explained["live"],
        "unexplained": explained["unexplained"],
    }


def _until(there: Any, patience: float = 60.0) -> None:
    begun = time.monotonic()
    while not there():
        if time.monotonic() - begun > patience:
            raise SystemExit("the exchange did not start")
        time.sleep(0.2)
