"""``make torture SCHEDULES=10000 SEED=1``: schedules SEED, SEED + 1, ...; each failure says how to repeat it."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import secrets
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mbats.adapters.postgres.server import open_server
from mbats.cli.console import progress
from torture import report
from torture.killed import KilledTrial, drawn
from torture.schedule import draw
from torture.trial import Trial
from torture.warmth import warm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.adapters.postgres.server import Server
    from torture.report import Outcome


def main() -> int:
    """Run the schedules; 1 when one of them fails."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--schedules", type=int, default=300, help="with processes that end themselves")
    parser.add_argument("--killed", type=int, default=0, help="besides, with processes that are killed from outside")
    parser.add_argument("--seed", type=int, help="of the first schedule; drawn where none is given")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--home", type=Path, help="MBATS_HOME of a database; one is made where none is given")
    parser.add_argument("--report", type=Path, default=report.FILE)
    asked = parser.parse_args()
    seed = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    print(f"{asked.schedules} + {asked.killed} schedules from SEED={seed}", flush=True)
    warm()
    began = time.monotonic()
    with _server(asked.home) as server:
        tasks = [(one, False) for one in range(seed, seed + asked.schedules)]
        tasks += [(one, True) for one in range(seed, seed + asked.killed)]
        outcomes = list(_run(server, tasks, asked.workers))
    failed = [one for one in outcomes if one.complaints]
    facts = {"seed": seed, "by_fork": asked.schedules, "by_kill": asked.killed, **report.summary(outcomes)}
    facts["seconds"] = round(time.monotonic() - began, 1)
    report.write(asked.report, facts, failed)
    print(*(f"{name}: {value}" for name, value in facts.items()), f"failures: {len(failed)}", sep="\n")
    return bool(failed)


@contextmanager
def _server(home: Path | None) -> Iterator[Server]:
    """Open the database of `home`, or one that is gone afterwards."""
    if home is not None:
        yield open_server(home)
        return
    folder = Path(tempfile.mkdtemp(prefix="mbats-torture-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    folder.chmod(0o755)
    server = open_server(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run(server: Server, tasks: Sequence[tuple[int, bool]], workers: int) -> Iterator[Outcome]:
    """Yield outcomes as they come, and print those that are none to be proud of."""
    global _OPEN  # noqa: PLW0603 - workers are forked with it
    _OPEN = server
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context) as pool, progress("Schedules", len(tasks)) as advance:
        for (_, killed), outcome in zip(tasks, pool.map(_attempt, tasks), strict=True):
            advance(1)
            if outcome.complaints:
                told = "\n".join(f"  {one}" for one in outcome.complaints)
                print(f"SEED={outcome.seed} failed:\n{told}", flush=True)
                which = "SCHEDULES=0 KILLED=1" if killed else "SCHEDULES=1"
                print(f"  Repeat it:  make torture {which} SEED={outcome.seed}", flush=True)
            yield outcome


_OPEN: Server | None = None


def _attempt(task: tuple[int, bool]) -> Outcome:
    assert _OPEN is not None
    seed, killed = task
    return report.attempt(drawn(seed), _OPEN, KilledTrial) if killed else report.attempt(draw(seed), _OPEN, Trial)


if __name__ == "__main__":
    sys.exit(main())
