"""A million minute bars into the master and out again, beside PostgreSQL's own COPY and `pandas.read_sql`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.row import Row, Seconds, alternate, measure
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.roles import WRITER
from mbats.adapters.postgres.server import open_server
from mbats.bootstrap import wiring
from mbats.market.timeframe import Alignment
from mbats.pipelines.ingest import FileForm, prepare, store
from mbats.secmaster.keys import BarKey
from mbats.secmaster.snapshot import open_snapshot, take
from mbats.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.adapters.postgres.security_master import PostgresSecurityMaster

BARS = 1_000_000
IMPORTS = 3
PRICES = ("open", "high", "low", "close")
COLUMNS = ("time", *PRICES, "volume", *(f"{side}_{price}" for side in ("bid", "ask") for price in PRICES))
READ_LIMIT, SNAPSHOT_LIMIT = 1 / 6, 1 / 80


def rows() -> list[Row]:
    """Measure import and reading in an embedded server of their own."""
    with TemporaryDirectory(prefix="mbats-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = open_server(home)
        try:
            return _measure(home, server.security_master())
        finally:
            server.stop()


def _measure(home: Path, master: PostgresSecurityMaster) -> list[Row]:
    file = _million(home)
    _import(file, master)
    url = EmbeddedServer(home).address("secmaster", WRITER).url
    ours, bare = alternate(lambda: _import(file, master), _bare_copy(url), repeats=IMPORTS)
    key = next(holding.key for holding in master.holdings())
    pandas = _read_sql(url, key)
    from_master = measure(lambda: master.bars(key))
    objects = wiring.object_store(Settings(home=home))
    snapshot = take(objects, {key.symbol: master.bars(key)})
    from_snapshot = measure(lambda: open_snapshot(objects, snapshot.id).bars(key.symbol))
    return [
        Row("import 1M bars from Parquet", ours.wall, "s", f"bare COPY ({bare.wall:.2f} s)", ours.wall / bare.wall),
        Row("read 1M bars from PostgreSQL", *_beside(from_master, pandas), limit=READ_LIMIT),
        Row("read 1M bars from a snapshot", *_beside(from_snapshot, pandas), limit=SNAPSHOT_LIMIT),
    ]


def _beside(ours: Seconds, pandas: Seconds) -> tuple[float, str, str, float]:
    return ours.cpu, "CPU s", f"pandas.read_sql ({pandas.cpu:.2f} CPU s)", ours.cpu / pandas.cpu


def _million(folder: Path) -> Path:
    """Write a seeded walk of weekday minutes, on the tick, with bid and ask."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(2)
    minutes = np.arange(BARS * 2, dtype=np.int64)
    weekdays = minutes[(minutes // 1_440) % 7 < 5][:BARS]
    time = (weekdays * 60 + 1_262_563_200) * 10**9  # from Monday 2010-01-04
    close = 1.2 * np.exp(np.cumsum(rng.standard_t(4, BARS)) * 6e-5)
    opens = np.concatenate([[1.2], close[:-1]])
    high, low = np.maximum(opens, close) * (1 + 3e-5), np.minimum(opens, close) * (1 - 3e-5)
    half = rng.integers(4, 12, BARS) * 1e-5 / 2
    columns = {"time": pa.array(time, pa.timestamp("ns", "UTC"))}
    for side, sign in (("bid", -1), ("ask", 1)):
        for name, price in zip(PRICES, (opens, high, low, close), strict=True):
            columns[f"{side}_{name}"] = pa.array(np.round(price + sign * half, 5))
    columns["volume"] = pa.array(rng.integers(1, 200, BARS).astype(np.float64))
    path = folder / "bench_EUR_USD_M1.parquet"
    parquet.write_table(pa.table(columns), path)
    return path


def _import(file: Path, master: PostgresSecurityMaster) -> None:
    """Import the file under a vendor of its own each time, so that every row is new."""
    form = FileForm(vendor=f"bench{len(master.holdings())}", alignment=Alignment.UTC_MIDNIGHT)
    store(prepare([file], form, wiring.bar_reader(), master.instruments()), master)


def _bare_copy(url: str) -> Callable[[], None]:
    """Return what sends a vendor's stored rows, packed beforehand, into the same table under new instruments."""
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        one = "vendor_id = (SELECT min(vendor_id) FROM secmaster.intraday_bar)"
        cursor.execute(f"CREATE TEMP TABLE packed AS SELECT * FROM secmaster.intraday_bar WHERE {one}")
        contents = []
        for _ in range(IMPORTS + 1):
            cursor.execute("UPDATE packed SET instrument_id = instrument_id + 1000")
            with cursor.copy("COPY (SELECT * FROM packed ORDER BY time) TO STDOUT (FORMAT binary)") as out:
                contents.append(b"".join(out))

    def send() -> None:
        statement = "COPY secmaster.intraday_bar FROM STDIN (FORMAT binary)"
        with psycopg.connect(url) as connection, connection.cursor().copy(statement) as copy:
            copy.write(contents.pop())

    return send


def _read_sql(url: str, key: BarKey) -> Seconds:
    import pandas as pd
    from sqlalchemy import create_engine, text

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    query = text(
        f"SELECT {', '.join(COLUMNS)} FROM secmaster.intraday_bar"
        " WHERE instrument_id = (SELECT id FROM secmaster.instrument WHERE symbol = :symbol)"
        " AND vendor_id = (SELECT id FROM secmaster.data_vendor WHERE name = :vendor) ORDER BY time"
    )
    with engine.connect() as connection:
        asked = {"symbol": key.symbol, "vendor": key.vendor}
        return measure(lambda: pd.read_sql(query, connection, params=asked), repeats=3)
