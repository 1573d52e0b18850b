"""Any bars, written in any exporter's form, read back as the same bars."""

import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from mbats.adapters.files.reader import FileReader
from mbats.errors import MbatsError
from mbats.market.timeframe import Timeframe
from mbats.pipelines.ingest import FileForm
from mbats.secmaster.validation import refuse_impossible

EST = timezone(timedelta(hours=-5))
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Row:
    """A bar in whole points, so that every form can write it exactly."""

    minute: int
    open: int
    high: int
    low: int
    close: int
    spread: int
    volume: int

    @property
    def moment(self):
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=self.minute)

    def prices(self, plus=0):
        return [f"{(price + plus) / 100_000:.5f}" for price in (self.open, self.high, self.low, self.close)]


@st.composite
def bars(draw):
    # 2024 began on a Monday. No Sundays: clocks are changed then, and a local time may be there twice or never.
    minutes = st.integers(0, 527_000).filter(lambda minute: minute // 1_440 % 7 != 6)
    rows = []
    for minute in sorted(draw(st.sets(minutes, min_size=1, max_size=20))):
        low = draw(st.integers(1, 300_000))
        high = low + draw(st.integers(0, 2_000))
        opened, closed = draw(st.integers(low, high)), draw(st.integers(low, high))
        rows.append(Row(minute, opened, high, low, closed, draw(st.integers(1, 99)), draw(st.integers(0, 9_999))))
    return rows


def read(name, content, **form):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(path.stem + ".csv", content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (table,) = FileReader().bars(path, FileForm(**form)).tables
    refuse_impossible(table)
    return table


def assert_same(table, rows, quotes, plus=False):
    assert table.time.tolist() == [int(row.moment.timestamp()) * 10**9 for row in rows]
    for row, *prices in zip(rows, quotes.open, quotes.high, quotes.low, quotes.close, strict=True):
        assert [f"{price:.5f}" for price in prices] == row.prices(row.spread if plus else 0)
        assert prices == [float(text) for text in row.prices(row.spread if plus else 0)]


def lines(rows, write):
    return "".join(write(row) + "\n" for row in rows)


@given(bars())
def test_plain_csv(rows):
    text = lines(rows, lambda r: ",".join([r.moment.isoformat(), *r.prices(), str(r.volume)]))
    table = read("x_EUR_USD_M1.csv", "time,open,high,low,close,volume\n" + text)
    assert_same(table, rows, table.price)
    assert table.volume.tolist() == [row.volume for row in rows]


@given(bars())
def test_dukascopy(rows):
    text = lines(rows, lambda r: f"{r.moment:%d.%m.%Y %H:%M:%S}.000," + ",".join([*r.prices(), f"{r.volume}.25"]))
    name = "EURUSD_Candlestick_1_M_BID_01.01.2024-31.12.2024.csv"
    table = read(name, "Gmt time,Open,High,Low,Close,Volume\n" + text, preset="dukascopy")
    assert_same(table, rows, table.price)
    assert table.side == "bid"


@given(bars())
def test_histdata(rows):
    text = lines(rows, lambda r: f"{r.moment.astimezone(EST):%Y%m%d %H%M%S};" + ";".join([*r.prices(), "0"]))
    table = read("DAT_ASCII_EURUSD_M1_2024.csv", text, preset="histdata")
    assert_same(table, rows, table.price)


@given(bars())
def test_metatrader(rows):
    def write(row):
        server = row.moment.astimezone(NEW_YORK).replace(tzinfo=None) + timedelta(hours=7)
        return "\t".join(
            [f"{server:%Y.%m.%d}\t{server:%H:%M:%S}", *row.prices(), str(row.volume), "0", str(row.spread)]
        )

    head = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
    table = read("EURUSD_M1_2024.csv", head + lines(rows, write), preset="metatrader5")
    assert_same(table, rows, table.bid)
    assert_same(table, rows, table.ask, plus=True)


@given(bars())
def test_lean_hours_of_a_pair(rows):
    def write(row):
        return ",".join([f"{row.moment:%Y%m%d %H:%M}", *row.prices(), "0", *row.prices(row.spread), "0"])

    form = {"preset": "lean", "timeframe": Timeframe("M1")}
    table = read("forex/oanda/hour/eurusd.zip", lines(rows, write), **form)
    assert_same(table, rows, table.bid)
    assert_same(table, rows, table.ask, plus=True)


@given(bars())
def test_parquet(rows):
    columns = {
        "time": pa.array([row.moment for row in rows], pa.timestamp("us", "UTC")),
        **{name: [getattr(row, name) / 100_000 for row in rows] for name in ("open", "high", "low", "close")},
    }
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink)
    table = read("x_EUR_USD_M1.parquet", bytes(sink.getvalue()))
    assert_same(table, rows, table.price)


def refusal(content):
    """Return what the reader says of a text it refuses, or nothing."""
    try:
        read(*content)
    except MbatsError as error:
        return str(error)
    return None


@given(st.binary(max_size=300), st.sampled_from(["x_EUR_USD_M1.csv", "x_EUR_USD_M1.parquet", "x_EUR_USD_M1.csv.gz"]))
def test_any_bytes_are_read_or_refused_with_a_message(content, name):
    assert name in (refusal((name, content)) or name)


@given(st.lists(st.text(alphabet="0123456789.,-:; TZtimeopnhglwcs\n\"'", max_size=80), max_size=6))
def test_any_text_is_read_or_refused_with_a_message(parts):
    name = "x_EUR_USD_M1.csv"
    assert name in (refusal((name, "time,open,high,low,close\n" + "\n".join(parts))) or name)
