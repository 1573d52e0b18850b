"""What came of many schedules, as figures."""

from __future__ import annotations

import json
import signal
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torture.judge import Judge
from torture.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.adapters.postgres.server import Server
    from torture.schedule import Schedule
    from torture.trial import Evidence

FILE = Path("build/torture.json")
_LONGEST_TRIAL = 180


@dataclass
class Outcome:
    """One schedule's part of the report; `complaints` is empty where everything was as it should be."""

    seed: int
    complaints: list[str] = field(default_factory=list)
    lives: int = 0
    orders: int = 0
    fills: int = 0
    unknown: int = 0
    doubled: int = 0
    longest: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)


def attempt(schedule: Schedule, server: Server, trial: type[Trial] = Trial) -> Outcome:
    """Run one schedule and judge it; whatever is raised is a complaint."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_LONGEST_TRIAL)
    try:
        return _outcome(trial(schedule, server).run())
    except Exception:  # noqa: BLE001 - a torture looks for what nobody expects
        return Outcome(schedule.seed, [traceback.format_exc()])
    finally:
        signal.alarm(0)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"the schedule took more than {_LONGEST_TRIAL} s")


def _outcome(evidence: Evidence) -> Outcome:
    judge, told = Judge(evidence), evidence.told
    types = Counter(one["type"] for one in told["transactions"])
    replies = [entry.body["fate"] for entry in evidence.entries if entry.kind == "reply"]
    return Outcome(
        evidence.schedule.seed,
        judge.complaints(),
        evidence.lives,
        orders=sum(entry.kind == "intent" for entry in evidence.entries),
        fills=types["ORDER_FILL"],
        unknown=replies.count("unknown"),
        doubled=len(judge.doubled),
        longest=judge.guarded.longest,
        deaths=evidence.deaths,
        faults=evidence.faults,
        incidents=Counter(one.path.rpartition("/")[2] for one in evidence.schedule.incidents),
    )


def summary(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the figures of all schedules together."""
    found = list(outcomes)
    total: dict[str, Any] = {
        name: sum(getattr(one, name) for one in found) for name in ("lives", "orders", "fills", "unknown", "doubled")
    }
    for name in ("deaths", "faults", "incidents"):
        tally = sum((getattr(one, name) for one in found), Counter[str]())
        total[name] = dict(sorted(tally.items()))
    longest = max((one.longest for one in found), default=0) / 1e9
    return {"schedules": len(found), **total, "longest_unprotected_seconds": longest}


def write(file: Path, facts: dict[str, Any], failures: Iterable[Outcome]) -> None:
    """Write the report."""
    file.parent.mkdir(parents=True, exist_ok=True)
    failed = [{"seed": one.seed, "complaints": asdict(one)["complaints"]} for one in failures]
    file.write_text(json.dumps({**facts, "failures": failed}, indent=2) + "\n", encoding="utf-8")
