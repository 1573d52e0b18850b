"""What one backtest costs as a process of its own: CPU seconds of the command, memory of a million bars."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.row import Row
from mbats.adapters.postgres.embedded import EmbeddedServer

CPU_BUDGET = 1.5
MEMORY_BUDGET = 400.0
RUNS = 5
_MOVE = 2e-4  # of a bar, whatever its length: a stop of one ATR lies outside the spread, as in hours of a major pair
PRICES = ("open", "high", "low", "close")
BACKTEST = ("-m", "mbats", "backtest", "run", "RsiBracket", "-s", "EUR_USD")
MILLION = ("-c", "import sys; from benchmarks.process import million; million(sys.argv[1])")


def rows() -> list[Row]:
    """Measure both in child processes, the compiled code already in its cache."""
    with TemporaryDirectory(prefix="mbats-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o711)
        try:
            cpu = _command(home)
        finally:
            EmbeddedServer(home).stop()
        _keep(home, *_walk(1_000_000, 60))
        _child(home, *MILLION, str(home))
        memory = _child(home, *MILLION, str(home))[1]
    return [
        Row("mbats backtest run, 100k bars", cpu, "CPU s", *_within(cpu, CPU_BUDGET, "s"), limit=1.0),
        Row("peak memory, 1M bars with bid and ask", memory, "MB", *_within(memory, MEMORY_BUDGET, "MB"), limit=1.0),
    ]


def million(folder: str) -> None:
    """Simulate RsiBracket on the million minute bars in `folder`, with bid and ask, all costs on."""
    from mbats.execution.costs import OANDA_US
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars, Quotes
    from mbats.market.calendar import known_at
    from mbats.market.catalogue import fx_pair
    from mbats.market.conversion import Conversion
    from mbats.market.timeframe import Timeframe
    from mbats.portfolio.sizing import FixedUnits
    from mbats.simulation.kernel.simulator import KernelSimulator
    from mbats.simulation.simulator import Allocation, Simulation
    from mbats.strategies.samples.rsi_bracket import RsiBracket

    columns = {file.stem: np.load(file) for file in Path(folder).glob("*.npy")}
    time = columns.pop("time")
    mid, bid, ask = (Quotes(*(columns[side + price] for price in PRICES)) for side in ("", "bid_", "ask_"))
    frame = Timeframe("M1")
    bars = Bars(fx_pair("EUR_USD"), frame, time, known_at(time, frame), mid, columns["volume"], bid, ask)
    share = Allocation(RsiBracket(), ("EUR_USD",), FixedUnits(1_000))
    KernelSimulator().run(Simulation((share,), {"EUR_USD": bars}, Account(), Conversion("USD", {}), OANDA_US))


def _command(home: Path) -> float:
    import pyarrow as pa
    from pyarrow import parquet

    time, columns = _walk(100_000, 3_600)
    file = home / "bench_EUR_USD_H1.parquet"
    parquet.write_table(pa.table({"time": pa.array(time, pa.timestamp("ns", "UTC")), **columns}), file)
    _child(home, "-m", "mbats", "data", "import", str(file))
    _child(home, *BACKTEST)
    return statistics.median(_child(home, *BACKTEST)[0] for _ in range(RUNS))


def _walk(rows: int, seconds: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return a seeded walk of weekday bars, on the tick."""
    rng = np.random.default_rng(3)
    steps = np.arange(rows * 2, dtype=np.int64) * seconds
    time = (steps[(steps // 86_400) % 7 < 5][:rows] + 1_136_160_000) * 10**9  # from Monday 2006-01-02
    close = 1.2 * np.exp(np.cumsum(rng.standard_t(4, rows)) * _MOVE)
    opens = np.append(close[:1], close[:-1])
    reach = 1 + np.abs(rng.normal(0.0, _MOVE, (2, rows)))
    sides = (opens, np.maximum(opens, close) * reach[0], np.minimum(opens, close) / reach[1], close)
    mids = dict(zip(PRICES, (np.round(side, 5) for side in sides), strict=True))
    half = rng.integers(4, 12, rows) * 1e-5
    columns = dict(mids)
    for prefix, sign in (("bid_", -1), ("ask_", 1)):
        columns |= {prefix + name: np.round(mid + sign * half, 5) for name, mid in mids.items()}
    return time, columns | {"volume": np.ones(rows)}


def _keep(home: Path, time: np.ndarray, columns: dict[str, np.ndarray]) -> None:
    """Leave the columns for a process that only simulates: making them takes more memory than they have."""
    for name, column in {"time": time, **columns}.items():
        np.save(home / f"{name}.npy", column)


def _child(home: Path, *arguments: str) -> tuple[float, float]:
    """Run Python as a user would and return its CPU seconds and its peak memory in MB."""
    places = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    places |= {"MBATS_HOME": str(home)}
    process = subprocess.Popen([sys.executable, *arguments], env=places, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (1_024 if sys.platform == "linux" else 1 << 20)


def _within(value: float, budget: float, unit: str) -> tuple[str, float]:
    return f"a budget of {budget:g} {unit}", value / budget
