"""The RSI bracket on 100,000 bars beside Backtrader, backtesting.py and vectorbt: same arrays, one run, by turns.

Arrays in memory and warm code on every side, records of all trades included. Sweeps have 100 points: 10 periods of the
RSI by 10 stop distances, so that every engine may compute an indicator once for the points that share it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.row import Row
from benchmarks.turns import OURS, PEERS, ROOT, Player, Taken, by_turns

BARS, POINTS = 100_000, 100
REPEATS = 7


def rows() -> list[Row]:
    """Install the peers where they are not, and measure."""
    subprocess.run([ROOT / "scripts/apart", "peers"], check=True)
    with TemporaryDirectory(prefix="mbats-bench-") as folder:
        write_walk(Path(folder), BARS)
        return [*_single(Path(folder)), *_sweeps(Path(folder))]


def _single(folder: Path) -> list[Row]:
    ours, venue, backtrader, backtesting, vectorbt = by_turns(
        [
            (Player(OURS, "ours", folder, "single"), REPEATS),
            (Player(OURS, "ours", folder, "venue"), REPEATS),
            (Player(OURS, "backtrader_job", folder), 1),
            (Player(PEERS, "backtesting_job", folder), 3),
            (Player(PEERS, "vectorbt_job", folder, "single"), REPEATS),
        ],
        REPEATS,
    )
    assert ours.trades == backtrader.trades, (ours, backtrader)
    _about_the_same(ours, vectorbt, within=0.01)
    _about_the_same(ours, backtesting, within=0.06)
    job = f"RSI bracket, {BARS:,} bars"
    return [
        _row(job, ours, backtrader, "plain Backtrader", 1 / 1_000),
        _row(job, ours, backtesting, "backtesting.py", 1 / 40),
        _row(job, ours, vectorbt, "vectorbt, warm", 1 / 4),
        _row(f"{job}, venue fills and costs", venue, ours, "our backtrader fills", 2.0),
    ]


def _sweeps(folder: Path) -> list[Row]:
    ours, vectorbt = by_turns(
        [
            (Player(OURS, "ours", folder, "sweep"), REPEATS),
            (Player(PEERS, "vectorbt_job", folder, "sweep"), REPEATS),
        ],
        REPEATS,
    )
    _about_the_same(ours, vectorbt, within=0.01)
    name, pace = f"sweep of {POINTS} points x {BARS:,} bars", POINTS * BARS / ours.cpu / 1e6
    return [
        Row(name, pace, "M bars/CPU s", "a promise of 100", 100 / pace, limit=1.0),
        _row(name, ours, vectorbt, "vectorbt's own sweep", 1 / 20),
    ]


def _row(name: str, ours: Taken, other: Taken, who: str, limit: float) -> Row:
    against = f"{who} ({other.cpu:.4g} CPU s, {other.trades:,} trades)"
    return Row(name, ours.cpu, "CPU s", against, ours.cpu / other.cpu, limit)


def _about_the_same(ours: Taken, other: Taken, within: float) -> None:
    """Refuse to compare engines that did not do the same job."""
    assert abs(ours.trades / other.trades - 1) <= within, (ours, other)


def write_walk(folder: Path, count: int) -> None:
    """Write a seeded walk of weekday hours on the tick, with distances of bid and ask from mid, as .npy files."""
    rng = np.random.default_rng(7)
    hours = np.arange(count * 2, dtype=np.int64)
    time = (hours[(hours // 24) % 7 < 5][:count] * 3_600 + 1_262_563_200) * 10**9
    close = 1.2 + np.cumsum(rng.standard_t(4, count)) * 4e-4
    close = 1.2 + np.abs(close - 0.4) % 1.6 if close.min() < 0.4 else close
    opens = np.concatenate([[1.2], close[:-1]])
    reach = np.abs(rng.normal(0, 4e-4, (2, count)))
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    half = rng.integers(4, 12, count) * 1e-5 / 2
    prices = {"open": opens, "high": high, "low": low, "close": close}
    columns = {name: np.round(column, 5) for name, column in prices.items()}
    for name, column in {**columns, "time": time, "bid": -half, "ask": half}.items():
        np.save(folder / f"{name}.npy", column)
