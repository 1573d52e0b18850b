"""How long a person waits for help."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

from benchmarks.row import Row

BUDGET = 0.3


def rows() -> list[Row]:
    """Measure ``mbats --help`` in processes of its own."""
    seconds = statistics.median(_once() for _ in range(9))
    return [Row("mbats --help", seconds, "CPU s", f"a budget of {BUDGET} s", seconds / BUDGET, limit=1.0)]


def _once() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "mbats", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
