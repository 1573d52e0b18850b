"""The kernel by itself: does a bar of a long run cost what one of a short run does."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers import write_walk
from benchmarks.row import Row
from benchmarks.turns import OURS, Player, Taken, by_turns

SHORT, LONG = 100_000, 10_000_000
LIMIT = 2.0


def rows() -> list[Row]:
    """Measure the RSI bracket on a short and a long walk, by turns."""
    short, long = _taken(SHORT, LONG)
    a_bar = short.cpu / SHORT * 1e9, long.cpu / LONG * 1e9
    against = f"the same at {SHORT:,} bars ({a_bar[0]:.1f} ns)"
    return [Row(f"a bar of {LONG:,}", a_bar[1], "CPU ns", against, a_bar[1] / a_bar[0], LIMIT)]


def _taken(*counts: int) -> list[Taken]:
    with TemporaryDirectory(prefix="mbats-bench-") as root:
        players = []
        for count in counts:
            folder = Path(root) / str(count)
            folder.mkdir()
            write_walk(folder, count)
            players.append((Player(OURS, "ours", folder, "single"), 15 if count < 1_000_000 else 3))
        return by_turns(players, 15)
