"""A schedule: everything that goes wrong in one short market, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

CALLS = {  # how often a call is the fatal one, and after about how many of its kind
    "append": (24, 25),
    "send": (24, 3),
    "transactions": (12, 18),
    "state": (10, 8),
    "request": (10, 60),
    "bars": (6, 18),
    "tell": (5, 12),
    "states": (4, 12),
    "quotes": (4, 5),
    "entries": (3, 12),
    "next": (3, 12),
}
BEFORE, AFTER = "before", "after"
TIMEOUT, BEYOND_TIMEOUT = 0.4, 0.55
"""Seconds: how long clients of a torture wait, and how late an answer is that comes too late."""
TARGETS = (
    ("POST", "*/orders"),
    ("POST", "*/orders"),
    ("PUT", "*/trades/*/orders"),
    ("PUT", "*/orders/*/cancel"),
    ("GET", "*/transactions/sinceid"),
    ("GET", "*/candles"),
    ("GET", "*/pricing"),
    ("GET", "/v3/accounts/*-001"),
    ("*", "*"),
)
MARKETS = (("EUR_USD",), ("USD_JPY",), ("EUR_GBP",), ("EUR_USD", "USD_JPY"), ("EUR_GBP", "EUR_USD"))
_KINDS = ("drop-before", "drop-after", "delay-before", "delay-after", "status-before", "status-after", "garble")


@dataclass(frozen=True)
class Death:
    """A process ends hard before or after the n-th call of that name."""

    call: str
    number: int
    half: str

    def __str__(self) -> str:
        return f"{self.half} {self.call} {self.number}"


@dataclass(frozen=True)
class Incident:
    """What happens at a share of the market's way: a path of the admin port with its body, or a word of ours."""

    share: float
    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Schedule:
    """One trial of a session.

    Attributes
    ----------
    offset
        Hours from a Monday's beginning to the first bar.
    deaths
        One a process, in order; the process after the last one lives.
    faults
        As the exchange's admin port takes them, all armed at the beginning.
    """

    seed: int
    symbols: tuple[str, ...]
    rows: int
    offset: int
    targets: bool
    deaths: tuple[Death, ...]
    faults: tuple[dict[str, Any], ...]
    incidents: tuple[Incident, ...]

    @property
    def duplicates(self) -> bool:
        """Whether requests arrive twice, which ends a session."""
        return any(fault["kind"] == "duplicate" for fault in self.faults)


def draw(seed: int) -> Schedule:
    """Return the schedule of `seed`."""
    random = Random(seed)
    symbols = random.choice(MARKETS)
    faults = [_fault(random) for _ in range(random.randrange(9))]
    if random.random() < 0.08:
        faults.append({"kind": "duplicate", "method": "POST", "path": "*/orders", "skip": random.randrange(6)})
    return Schedule(
        seed,
        symbols,
        rows=random.randrange(16, 27),
        offset=random.choice((0, 30, 75, 104, 110)),
        targets=random.random() < 0.15,
        deaths=tuple(_death(random) for _ in range(random.randrange(6))),
        faults=tuple(faults),
        incidents=tuple(one for _ in range(random.randrange(5)) for one in _incident(random, symbols)),
    )


def _death(random: Random) -> Death:
    call = random.choices(list(CALLS), [weight for weight, _ in CALLS.values()])[0]
    return Death(call, 1 + int(random.expovariate(1 / CALLS[call][1])), random.choice((BEFORE, AFTER)))


def _fault(random: Random) -> dict[str, Any]:
    method, path = random.choice(TARGETS)
    kind = random.choice(_KINDS)
    fault: dict[str, Any] = {"kind": kind, "method": method, "path": path}
    fault |= {
        "skip": int(random.expovariate(1 / (4 if method == "POST" else 12))),
        "times": random.choice((1, 1, 2, 4)),
    }
    if kind.startswith("delay"):
        fault["delay"] = random.choice((0.02, BEYOND_TIMEOUT))
        fault["times"] = 1
    if kind.startswith("status"):
        # A server that says 429 has done nothing: it would be lying after it had applied the request.
        fault["status"] = random.choice((429, 500, 503) if kind == "status-before" else (500, 502, 504))
    return fault


def _incident(random: Random, symbols: tuple[str, ...]) -> list[Incident]:
    share, symbol = random.random(), random.choice(symbols)
    later = min(share + 0.12 * random.random(), 0.99)
    kind = random.choice(("gap", "halt", "liquidity", "margin call", "transfer", "strip", "sever"))
    if kind == "gap":
        return [Incident(share, "/v1/market/gap", {"instrument": symbol, "pips": random.choice((-60, -25, 25, 60))})]
    if kind == "halt":
        body = {"instruments": [symbol]}
        return [Incident(share, "/v1/market/halt", body), Incident(later, "/v1/market/resume", body)]
    if kind == "liquidity":
        few, all_again = {"instrument": symbol, "units": random.choice((1, 400))}, {"instrument": symbol, "units": None}
        return [Incident(share, "/v1/market/liquidity", few), Incident(later, "/v1/market/liquidity", all_again)]
    if kind == "margin call":
        return [Incident(share, "/v1/accounts/margin-call", {})]
    if kind == "transfer":
        return [Incident(share, "/v1/accounts/transfer", {"amount": random.choice(("-250.5", "1000"))})]
    return [Incident(share, kind, {})]
