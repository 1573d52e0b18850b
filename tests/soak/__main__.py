"""``make soak MINUTES=30 UNTIL=2025-01``: writes build/soak.json; fails where something grows or differs."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from soak.high_speed import high_speed
from soak.real_time import real_time

_MOST_GROWTH = 60.0
"""MiB an hour that a session's log, all of which it remembers, and allocators may take."""
_CENT = 0.01


def main() -> int:
    """Run both parts; 1 where one of them fails."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="at real time")
    parser.add_argument("--until", default="2025-01", help="end of the fast part, which begins in January 2024")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="soak"))
    home.chmod(0o755)
    try:
        told = {"real_time": real_time(home, asked.minutes), "high_speed": high_speed(home, asked.until)}
    finally:
        subprocess.run(["scripts/stop", str(home / "home")], check=False)
    shutil.rmtree(home)
    Path("build").mkdir(exist_ok=True)
    Path("build/soak.json").write_text(json.dumps(told, indent=1))
    print(json.dumps(told, indent=1))
    for problem in (found := problems(told)):
        print(f"soak: {problem}", file=sys.stderr)
    return 1 if found else 0


def problems(told: dict[str, Any]) -> list[str]:
    """Return what is not as it should be."""
    real, fast = told["real_time"], told["high_speed"]
    found = [
        f"the {name} grows by {memory['per_hour']} MiB an hour"
        for name, memory in real["memory"].items()
        if memory["per_hour"] > _MOST_GROWTH
    ]
    if abs(real["clock_drift_seconds"]) > 2:
        found.append(f"the clock drifted by {real['clock_drift_seconds']} s")
    if real["condition"] != "running":
        found.append(f"the session is {real['condition']}")
    found += [
        f"{part['unexplained']} is unexplained" for part in (real, fast) if abs(float(part["unexplained"])) >= _CENT
    ]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
