"""Cells judged on a real Ray: two nodes on this machine, one of which is killed, and a Ray of our own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from fakes.executor import Judge, Slow, batches
from mbats.adapters.ray.executor import RayExecutor
from mbats.errors.executor import InvalidWorkers, RayUnreachable
from mbats.pipelines.sweep.sequential import SequentialExecutor

OWN = """
import logging
import sys
from fakes.executor import Judge, batches
from mbats.bootstrap import wiring

for results in wiring.executor("ray", 1).judged(Judge(sys.argv[1]), batches(10)):
    assert logging.getLogRecordFactory() is logging.LogRecord
    print(len(results), flush=True)
    sys.stdin.readline()
"""


def table(judged):
    rows = [result for results in judged for result in results]
    assert len({row.cell.number for row in rows}) == len(rows)
    return {row.cell.number: (dict(row.figures), row.daily_returns.tobytes()) for row in rows}


def test_a_node_that_is_killed_in_the_middle_costs_no_cell_and_repeats_none(ray_cluster, tmp_path, capfd):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    node = ray_cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20)
    executor = RayExecutor(address=ray_cluster.address)
    assert executor.workers == 3
    judged = executor.judged(Slow(there), batches(300))
    first = table([next(judged)])
    ray_cluster.remove_node(node, allow_graceful=False)
    assert first | table(judged) == table(SequentialExecutor().judged(Judge(here), batches(300)))
    assert capfd.readouterr() == ("", "")


def test_more_workers_than_the_cluster_has(ray_cluster):
    with pytest.raises(InvalidWorkers, match="50 workers cannot judge a sweep on this cluster: name a number from 1"):
        _ = RayExecutor(50, ray_cluster.address).workers


def test_a_head_that_is_not_there_is_noticed_within_seconds(tmp_path):
    began = time.monotonic()
    with pytest.raises(RayUnreachable, match=r"no Ray head at 127\.0\.0\.1:9: Connection refused"):
        table(RayExecutor(address="127.0.0.1:9").judged(Judge(tmp_path), batches(3)))
    assert time.monotonic() - began < 5


def test_a_ray_of_our_own_speaks_to_this_machine_only_is_silent_and_ends_with_the_sweep(tmp_path, repository):
    with tempfile.TemporaryDirectory(prefix="r", dir="/tmp", ignore_cleanup_errors=True) as folder:
        environment = os.environ | {"RAY_TMPDIR": folder, "PYTHONPATH": str(repository / "tests")}
        (tmp_path / "own.py").write_text(OWN)
        (tmp_path / "judged").mkdir()
        sweep = subprocess.Popen(
            [sys.executable, str(tmp_path / "own.py"), str(tmp_path / "judged")],
            env={name: value for name, value in environment.items() if name != "RAY_ADDRESS"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert sweep.stdout.readline() == "5\n"
        ours = [sweep.pid, *processes_of(folder)]
        assert len(ours) > 3
        assert [address for pid in ours for address in listens(pid)]
        assert not [address for pid in ours for address in listens(pid) if not is_loopback(address)]
        assert sweep.communicate("\n\n", timeout=60) == ("5\n", "")
        assert sweep.returncode == 0
        assert not processes_of(folder)


def processes_of(folder):
    """Ids of processes that were told the folder on their command line."""
    commands = {path.parent.name: path for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [int(pid) for pid, path in commands.items() if folder in read(path)]


def listens(pid):
    """Local addresses, in hexadecimal, of the listening TCP sockets of a process."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [row.split() for name in ("tcp", "tcp6") for row in read(f"/proc/{pid}/net/{name}").splitlines()[1:]]
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes]


def is_loopback(address):
    return address.endswith("0100007F") or address == "00000000000000000000000001000000"


def read(path):
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
