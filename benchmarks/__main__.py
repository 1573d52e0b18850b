"""Run all benchmarks, or those named: ``python -m benchmarks start storage``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.row import Row
from mbats.cli.console import console, table

ALL = (
    "start",
    "process",
    "storage",
    "backtrader",
    "peers",
    "kernel",
    "features",
    "dataset",
    "models",
    "model_service",
    "exchange",
    "live",
    "cluster",
)
# "process" comes early: Linux counts what this process has touched by then into the peak of its children
RESULT = Path("build/bench.json")


def main(chosen: list[str]) -> int:
    """Measure, print and write; 1 when a limit is not kept."""
    rows: list[Row] = [row for name in chosen for row in import_module(f"benchmarks.{name}").rows()]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    console().print(table(["name", "value", "unit", "against", "ratio", "at most", "kept"], map(_cells, rows)))
    return 0 if all(row.kept for row in rows) else 1


def _cells(row: Row) -> list[object]:
    return [row.name, row.value, row.unit, row.against, row.ratio, row.limit, row.kept]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(ALL)))
