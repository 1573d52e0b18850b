"""One sweep on a Ray node of one CPU and on two of them: the same table, and nearly twice the speed."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from contextlib import contextmanager
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.backtrader import walk
from benchmarks.row import Row
from mbats.adapters.objects.store import open_store
from mbats.adapters.ray.executor import RayExecutor
from mbats.bootstrap.sweep_worker import CellJudge
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.terms import Account
from mbats.pipelines.sweep.cell import Cell
from mbats.pipelines.sweep.executor import LARGEST_BATCH
from mbats.portfolio.sizing import FixedUnits
from mbats.secmaster.snapshot import take
from mbats.strategies.samples.rsi_bracket import RsiBracket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.pipelines.sweep.executor import Batch

CPU_SECONDS = 75.0
TURNS = 3
LIMIT = 1 / 1.5
_MEMORY = 80 * 2**20
_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


def rows() -> list[Row]:
    """Measure a sweep of a CPU minute and more by turns; a node's start, up to the first batch done, is left out."""
    with tempfile.TemporaryDirectory(prefix="mbats-bench-") as folder:
        judge = _judge(Path(folder))
        batches = _batches(ceil(CPU_SECONDS / _seconds_per_batch(judge)))
        with _cluster() as cluster:
            turns = [_turn(judge, batches, cluster) for _ in range(TURNS)]
    one, two = map(statistics.median, zip(*turns, strict=True))
    name = f"sweep of {len(batches) * LARGEST_BATCH:,} cells on two Ray nodes"
    return [Row(name, two, "s", f"one node ({one:.1f} s)", two / one, LIMIT)]


def _turn(judge: CellJudge, batches: list[Batch], cluster: Any) -> tuple[float, float]:
    """Return the seconds of one node and of two, which must give the same table."""
    one, alone = _timed(judge, batches, cluster.address)
    second = cluster.add_node(num_cpus=1, object_store_memory=_MEMORY)
    two, together = _timed(judge, batches, cluster.address)
    assert together == alone, "two nodes must give the table that one gives"
    cluster.remove_node(second)
    return one, two


def _timed(judge: CellJudge, batches: list[Batch], address: str) -> tuple[float, dict[int, Any]]:
    """Return the seconds from the first batch that is done to the last, and what came of each cell, in bits."""
    table, began = {}, None
    for results in RayExecutor(address=address).judged(judge, batches):
        began = began or time.perf_counter()
        for row in results:
            assert not row.error, row.error
            table[row.cell.number] = (dict(row.figures), row.daily_returns.tobytes())
    assert began is not None
    assert len(table) == len(batches) * LARGEST_BATCH
    return time.perf_counter() - began, table


def _seconds_per_batch(judge: CellJudge) -> float:
    """Return the CPU seconds of a batch, once everything is compiled and read."""
    first, *more = _batches(6)
    judge(first)
    began = time.process_time()
    for batch in more:
        judge(batch)
    return (time.process_time() - began) / len(more)


def _judge(folder: Path) -> CellJudge:
    store = str(folder / "objects")
    snapshot = take(open_store(store), {"EUR_USD": walk()})
    account = Account("USD", Decimal(1_000_000))
    market = (("EUR_USD",), FixedUnits(1_000), account, FREE, FillRules.VENUE, store, snapshot.id)
    return CellJudge(RsiBracket, "kernel", *market, start=None, end=None)


def _batches(count: int) -> list[Batch]:
    """Return batches of sound parameters, none twice."""
    cells = [Cell(number, _parameters(number)) for number in range(count * LARGEST_BATCH)]
    return [cells[start : start + LARGEST_BATCH] for start in range(0, len(cells), LARGEST_BATCH)]


def _parameters(number: int) -> dict[str, Any]:
    period, stop = 5 + number % 60, 0.5 + (number // 60) * 0.001
    return RsiBracket(rsi_period=period, stop_atr=stop).parameters


@contextmanager
def _cluster() -> Iterator[Any]:
    """Start a head of one CPU on loopback; Ray reads its settings when it is first imported."""
    folder = tempfile.mkdtemp(prefix="r", dir="/tmp")
    os.environ.update(_SETTINGS | {"RAY_TMPDIR": folder, "PYTHONPATH": str(Path(__file__).resolve().parents[1])})
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 1, "object_store_memory": _MEMORY, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield cluster
    finally:
        cluster.shutdown()
        shutil.rmtree(folder)
