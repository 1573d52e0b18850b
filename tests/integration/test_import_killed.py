"""A kill -9 in the middle of an import leaves nothing or all of it, and the next import mends it."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from mbats.adapters.files.reader import FileReader
from mbats.adapters.postgres.server import open_server
from mbats.pipelines.ingest import FileForm, prepare, store

ROWS = 100_000


def held(home):
    master = open_server(home).security_master()
    return {holding.key.symbol: holding.rows for holding in master.holdings()}


def do_import(home, files):
    master = open_server(home).security_master()
    delivery = prepare(files, FileForm(), FileReader(), master.instruments())
    return {count.key.symbol: count for count in store(delivery, master)}


def killed_while_storing(home, files, seconds):
    """Start an import and kill it so long after it began to store; return whether it was still alive."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mbats", "data", "import", *map(str, files)],
        env={**os.environ, "MBATS_HOME": str(home), "MBATS_LOG_LEVEL": "info"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    while (line := process.stderr.readline()) and "Storing: started" not in line:
        pass
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    guard.cancel()
    return alive


@pytest.fixture
def files(tmp_path):
    """Minute bars of two pairs."""
    opens = np.arange(ROWS) * 60 * 10**9 + 1_700_000_040 * 10**9
    for number, symbol in enumerate(("EUR_USD", "GBP_USD")):
        close = 1.1 + number + 0.01 * np.sin(np.arange(ROWS) / 500)
        prices = {"open": close, "high": close + 0.001, "low": close - 0.001, "close": close}
        table = pa.table({"time": pa.array(opens).cast(pa.timestamp("ns", "UTC")), **prices})
        parquet.write_table(table, tmp_path / f"made_{symbol}_M1.parquet")
    return sorted(tmp_path.glob("made_*.parquet"))


@pytest.mark.timeout(240)
def test_nothing_or_all_is_there_afterwards(own_home, files):
    do_import(own_home, files[1:])
    everything = {"EUR_USD": ROWS, "GBP_USD": ROWS}
    interrupted = 0
    for seconds in (0.0, 0.6):
        interrupted += killed_while_storing(own_home, files, seconds)
        assert held(own_home) in ({"GBP_USD": ROWS}, everything)
    assert interrupted, "the import was done before it could be killed: give it more rows"
    counts = do_import(own_home, files)
    assert held(own_home) == everything
    assert counts["GBP_USD"].unchanged == ROWS
    assert counts["EUR_USD"].inserted + counts["EUR_USD"].unchanged == ROWS
