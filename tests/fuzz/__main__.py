"""``make fuzz CASES=5000 SEED=1``: cases SEED, SEED + 1, ... on all cores; what fails is printed as a test."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fuzz.subject import subject
from fuzz.trial import failure
from mbats.cli.console import progress

FOUND = Path("build/fuzz")


def main() -> int:
    """Run the cases; 1 when one of them fails."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, help="of the first case; drawn where none is given")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    seed = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    print(f"{asked.cases} cases from SEED={seed}", flush=True)
    _attempt(seed)  # compiled once, before there are workers
    failures = [failed for failed in _run(range(seed, seed + asked.cases), asked.workers) if failed]
    print(f"{len(failures)} of {asked.cases} cases differ: {failures}" if failures else "no mismatch")
    return bool(failures)


def _run(seeds, workers):
    """Yield the seeds that fail and None for the others, as they come."""
    with ProcessPoolExecutor(workers) as pool, progress("Cases", len(seeds)) as advance:
        for seed, told in pool.map(_attempt, seeds, chunksize=5):
            advance(1)
            if told:
                FOUND.mkdir(parents=True, exist_ok=True)
                (FOUND / f"seed_{seed}.txt").write_text(told)
                print(told, flush=True)
            yield seed if told else None


def _attempt(seed):
    found = failure(seed, subject())
    return seed, str(found) if found else ""


if __name__ == "__main__":
    sys.exit(main())
