"""Files of every layout that can be named, read from text written here by hand."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from mbats.adapters.files.reader import FileReader
from mbats.errors.data import (
    ColumnsMissing,
    EmptyFile,
    FileMissing,
    HeaderMissing,
    LeanPathUnclear,
    RaggedRow,
    SideUnclear,
    SymbolUnclear,
    TimeframeUnclear,
    UnknownColumns,
    UnreadableFile,
    UnreadableNumber,
)
from mbats.market.timeframe import Timeframe
from mbats.pipelines.ingest import FileForm

FRAME_D = Timeframe("D")
PLAIN = """time,open,high,low,close,volume
2024-01-02 00:00:00Z,1.10,1.12,1.09,1.11,5
2024-01-02 01:00:00Z,1.11,1.13,1.10,1.12,6
2024-01-02 02:00:00Z,1.12,1.14,1.11,1.13,7
"""


def utc(*texts):
    return [int(np.datetime64(text, "ns").astype(np.int64)) for text in texts]


def test_plain_ohlcv(table):
    (bars,) = table("acme_EUR_USD_H1.csv", PLAIN)
    assert (bars.symbol, bars.vendor, bars.timeframe.name, bars.side) == ("EUR_USD", "acme", "H1", "")
    assert bars.time.tolist() == utc("2024-01-02T00:00", "2024-01-02T01:00", "2024-01-02T02:00")
    assert bars.price.open.tolist() == [1.10, 1.11, 1.12]
    assert bars.price.high.tolist() == [1.12, 1.13, 1.14]
    assert bars.price.low.tolist() == [1.09, 1.10, 1.11]
    assert bars.price.close.tolist() == [1.11, 1.12, 1.13]
    assert bars.volume.tolist() == [5, 6, 7]
    assert bars.rows.tolist() == [2, 3, 4]


def test_columns_in_any_order_under_any_usual_name(table):
    text = "Close;Low;HIGH;o;Datetime;Vol\n1.11;1.09;1.12;1.10;2024-01-02T00:00Z;5\n"
    (bars,) = table("EURUSD_1h.csv", text)
    row = (bars.price.open[0], bars.price.high[0], bars.price.low[0], bars.price.close[0], bars.volume[0])
    assert row == (1.10, 1.12, 1.09, 1.11, 5)
    assert (bars.symbol, bars.timeframe.name, bars.vendor) == ("EUR_USD", "H1", "file")


def test_date_and_time_in_columns_of_their_own(table):
    text = "Date,Time,Open,High,Low,Close\n2024.01.02,17:05,1.1,1.2,1.0,1.1\n"
    (bars,) = table("EURUSD_M5.csv", text, timezone="America/New_York")
    assert bars.time.tolist() == utc("2024-01-02T22:05")
    assert bars.volume.tolist() == [0]


def test_bid_and_ask_without_mid(table):
    head = "timestamp,BidOpen,BidHigh,BidLow,BidClose,AskOpen,AskHigh,AskLow,AskClose"
    (bars,) = table("EUR_USD_M1.csv", f"{head}\n1704153600,1.1,1.2,1.0,1.15,1.3,1.4,1.2,1.35\n")
    assert bars.price is None
    assert (bars.bid.close[0], bars.ask.low[0]) == (1.15, 1.2)
    assert bars.time.tolist() == utc("2024-01-02T00:00")


def test_bid_alone_says_so(table):
    (bars,) = table("EUR_USD_M1.csv", "time,bid_open,bid_high,bid_low,bid_close\n2024-01-02 00:00Z,1,2,1,2\n")
    assert bars.side == "bid"
    assert bars.price.high.tolist() == [2]


def test_several_instruments_in_one_file(table):
    text = "symbol,time,open,high,low,close\nEUR/USD,2024-01-02Z,1,2,1,2\nGBPUSD,2024-01-02Z,3,4,3,4\n"
    text = text.replace("02Z", "02 00:00Z")
    both = table("bars.csv", text, timeframe=FRAME_D)
    assert [(bars.symbol, bars.price.open[0], bars.rows.tolist()) for bars in both] == [
        ("EUR_USD", 1, [2]),
        ("GBP_USD", 3, [3]),
    ]
    (one,) = table("bars.csv", text, timeframe=FRAME_D, symbol="GBP_USD")
    assert one.symbol == "GBP_USD"


def test_blank_lines_hold_no_row_but_count_as_lines(table):
    lines = PLAIN.splitlines()
    (bars,) = table("EUR_USD_H1.csv", "\n".join([*lines[:2], "", *lines[2:3], "", "", lines[3], ""]) + "\n")
    assert bars.rows.tolist() == [2, 4, 7]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(table, encoding):
    (bars,) = table("EUR_USD_H1.csv", PLAIN.encode(encoding))
    assert len(bars) == 3


@pytest.mark.parametrize("name", ["EUR_USD_H1.csv.gz", "EUR_USD_H1.zip", "EUR_USD_H1.csv"])
def test_packed_files(table, name):
    (bars,) = table(name, PLAIN.replace("\n", "\r\n"))
    assert (bars.symbol, bars.timeframe.name, len(bars)) == ("EUR_USD", "H1", 3)


def test_parquet_with_nullable_and_integer_columns(tmp_path):
    times = pa.array([0, 3_600], pa.timestamp("s", "America/New_York"))
    columns = {"time": times, "open": [1, 2], "high": [2, 3], "low": [1, 2], "close": [2.0, None]}
    parquet.write_table(pa.table(columns), tmp_path / "EUR_USD.parquet")
    (bars,) = FileReader().bars(tmp_path / "EUR_USD.parquet", FileForm()).tables
    assert bars.time.tolist() == [0, 3_600_000_000_000]
    assert bars.timeframe.name == "H1"
    assert bars.price.open.tolist() == [1.0, 2.0]
    assert np.isnan(bars.price.close[1])
    assert bars.rows.tolist() == [1, 2]


def test_shares_are_told_by_their_columns(table):
    (bars,) = table(
        "us_AAPL_D.csv", "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1,2,1,2,2,9\n", timezone="UTC"
    )
    assert (bars.symbol, bars.vendor, bars.equity, bars.timeframe.name) == ("AAPL", "us", True, "D")


def test_forming_bars_are_marked(table):
    text = "time,open,high,low,close,complete\n2024-01-02 00:00Z,1,2,1,2,True\n2024-01-02 01:00Z,1,2,1,2,False\n"
    (bars,) = table("EUR_USD_H1.csv", text)
    assert bars.complete.tolist() == [True, False]


class TestDukascopy:
    TEXT = "Gmt time,Open,High,Low,Close,Volume\n02.01.2024 00:01:00.000,1.1,1.2,1.0,1.15,7.5\n"

    def test_side_symbol_and_length_stand_in_the_name(self, table):
        name = "EURUSD_Candlestick_1_M_ASK_02.01.2024-03.01.2024.csv"
        (bars,) = table(name, self.TEXT, preset="dukascopy")
        assert (bars.symbol, bars.vendor, bars.timeframe.name, bars.side) == ("EUR_USD", "dukascopy", "M1", "ask")
        assert bars.time.tolist() == utc("2024-01-02T00:01")
        assert bars.volume.tolist() == [7.5]

    def test_local_time_carries_its_offset(self, table):
        text = self.TEXT.replace("Gmt time", "Local time").replace("00.000", "00.000 GMT+0200")
        (bars,) = table("EURUSD_Candlestick_1_M_BID.csv", text, preset="dukascopy")
        assert bars.time.tolist() == utc("2024-01-01T22:01")

    def test_needs_a_side(self, table):
        with pytest.raises(SideUnclear, match="BID or ASK"):
            table("EURUSD_M1.csv", self.TEXT, preset="dukascopy")


class TestHistData:
    TEXT = "20240102 170000;1.1;1.2;1.0;1.15;0\n20240702 170000;1.1;1.2;1.0;1.15;0\n"

    @pytest.mark.parametrize("name", ["DAT_ASCII_EURUSD_M1_2024.csv", "HISTDATA_COM_ASCII_EURUSD_M1_2024.zip"])
    def test_eastern_standard_time_all_year_and_bid_prices(self, table, name):
        (bars,) = table(name, self.TEXT, preset="histdata")
        assert (bars.symbol, bars.vendor, bars.timeframe.name, bars.side) == ("EUR_USD", "histdata", "M1", "bid")
        assert bars.time.tolist() == utc("2024-01-02T22:00", "2024-07-02T22:00")
        assert bars.rows.tolist() == [1, 2]


class TestMetaTrader:
    TEXT = (
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
        "2024.01.02\t00:00:00\t1.10410\t1.10500\t1.10300\t1.10450\t97\t0\t6\n"
        "2024.07.02\t00:00:00\t1.10410\t1.10500\t1.10300\t1.10450\t97\t0\t12\n"
    )

    def test_server_time_follows_new_york_and_the_spread_makes_the_ask(self, table):
        (bars,) = table("EURUSD_M5_202401020000_202407020000.csv", self.TEXT, preset="metatrader5")
        assert (bars.symbol, bars.vendor, bars.timeframe.name, bars.side) == ("EUR_USD", "metatrader5", "M5", "")
        assert bars.time.tolist() == utc("2024-01-01T22:00", "2024-07-01T21:00")
        assert bars.bid.close.tolist() == [1.1045, 1.1045]
        assert bars.ask.close.tolist() == [1.10456, 1.10462]
        assert bars.volume.tolist() == [97, 97]

    def test_a_named_zone_wins(self, table):
        (bars,) = table("EURUSD_M5.csv", self.TEXT, preset="metatrader5", timezone="Europe/Helsinki")
        assert bars.time.tolist() == utc("2024-01-01T22:00", "2024-07-01T21:00")

    def test_without_spreads_it_is_bid_alone(self, table):
        text = self.TEXT.replace("\t6\n", "\t0\n").replace("\t12\n", "\t0\n")
        (bars,) = table("EURUSD_M5.csv", text, preset="metatrader5")
        assert bars.side == "bid"


class TestLean:
    QUOTE = "1.1,1.2,1.0,1.15,0,1.3,1.4,1.2,1.35,0"

    def test_minutes_of_a_pair(self, table):
        name = "data/forex/oanda/minute/eurusd/20140501_quote.zip"
        (bars,) = table(name, f"0,{self.QUOTE}\n60000,{self.QUOTE}\n", preset="lean")
        assert (bars.symbol, bars.vendor, bars.timeframe.name) == ("EUR_USD", "oanda", "M1")
        assert bars.time.tolist() == utc("2014-05-01T00:00", "2014-05-01T00:01")
        assert (bars.bid.open[0], bars.ask.close[0]) == (1.1, 1.35)

    def test_fxcm_is_five_hours_behind_utc(self, table):
        (bars,) = table("forex/fxcm/hour/usdjpy.zip", f"20140701 17:00,{self.QUOTE}\n", preset="lean")
        assert (bars.symbol, bars.vendor, bars.timeframe.name) == ("USD_JPY", "fxcm", "H1")
        assert bars.time.tolist() == utc("2014-07-01T22:00")

    def test_prices_of_shares_are_in_ten_thousandths_of_a_dollar(self, table):
        (bars,) = table("equity/usa/daily/aapl.zip", "20140701 00:00,935200,940600,930100,935100,900\n", preset="lean")
        assert (bars.symbol, bars.timeframe.name, bars.equity) == ("AAPL", "D", True)
        assert bars.time.tolist() == utc("2014-07-01T04:00")
        assert (bars.price.open[0], bars.price.high[0], bars.volume[0]) == (93.52, 94.06, 900)

    def test_needs_its_folders(self, table):
        with pytest.raises(LeanPathUnclear, match="folders"):
            table("eurusd.zip", f"0,{self.QUOTE}\n", preset="lean")


class TestRefuses:
    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileMissing, match=r"EUR_USD_H1\.csv"):
            FileReader().bars(tmp_path / "EUR_USD_H1.csv", FileForm())

    @pytest.mark.parametrize("text", ["", "\n\n", "time,open,high,low,close\n"])
    def test_an_empty_file(self, table, text):
        with pytest.raises(EmptyFile, match="no rows"):
            table("EUR_USD_H1.csv", text)

    def test_an_empty_parquet(self, tmp_path):
        parquet.write_table(pa.table({"time": pa.array([], pa.int64())}), tmp_path / "EUR_USD_H1.parquet")
        with pytest.raises(EmptyFile):
            FileReader().bars(tmp_path / "EUR_USD_H1.parquet", FileForm())

    @pytest.mark.parametrize("kept", [4, 100, -1])
    def test_a_truncated_parquet(self, tmp_path, kept):
        path = tmp_path / "EUR_USD_H1.parquet"
        parquet.write_table(pa.table({"time": list(range(1_000))}), path)
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises(UnreadableFile, match=r"EUR_USD_H1\.parquet: cannot be read as Parquet"):
            FileReader().bars(path, FileForm())

    @pytest.mark.parametrize("name", ["EUR_USD_H1.zip", "EUR_USD_H1.csv.gz"])
    def test_a_damaged_archive(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"no archive")
        with pytest.raises(UnreadableFile, match="archive"):
            FileReader().bars(tmp_path / name, FileForm())

    def test_bytes_that_are_no_text(self, table):
        with pytest.raises(UnreadableFile, match="UTF-8"):
            table("EUR_USD_H1.csv", b"time,open\n\xff\xfa\x80,1\n")

    def test_a_file_without_header(self, table):
        with pytest.raises(HeaderMissing, match="--preset"):
            table("EUR_USD_H1.csv", "2024-01-02,1,2,1,2\n")

    def test_a_row_cut_short(self, table):
        with pytest.raises(RaggedRow, match="row 3: 3 fields where the header has 6"):
            table("EUR_USD_H1.csv", PLAIN.replace(",1.13,1.10,1.12,6", ",1.13"))

    def test_words_among_numbers(self, table):
        with pytest.raises(UnreadableNumber, match=r"row 3, high: 'n\.a\.' is not a number"):
            table("EUR_USD_H1.csv", PLAIN.replace("1.13,1.10", "n.a.,1.10"))

    def test_missing_columns(self, table):
        with pytest.raises(ColumnsMissing, match="no column for the time, low"):
            table("EUR_USD_H1.csv", "open,high,close\n1,2,2\n")

    def test_columns_nobody_knows_unless_told(self, table):
        text = PLAIN.replace("volume", "sentiment")
        with pytest.raises(UnknownColumns, match="sentiment"):
            table("EUR_USD_H1.csv", text)
        (bars,) = table("EUR_USD_H1.csv", text, ignore=("Sentiment",))
        assert bars.volume.tolist() == [0, 0, 0]

    def test_a_file_that_names_no_instrument(self, table):
        with pytest.raises(SymbolUnclear, match="--symbol"):
            table("bars.csv", PLAIN)

    def test_one_row_whose_length_nobody_tells(self, table):
        with pytest.raises(TimeframeUnclear, match="--timeframe"):
            table("EUR_USD.csv", "".join(PLAIN.splitlines(keepends=True)[:2]))
