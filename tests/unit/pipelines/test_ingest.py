"""The import use case on files written here, with a master in memory."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from fakes.security_master import FakeSecurityMaster
from mbats.adapters.files.reader import FileReader
from mbats.errors.data import (
    BadSeriesName,
    DuplicateTime,
    FilesOverlap,
    HighBelowLow,
    KnownBeforeTime,
    NotANumber,
    NotPositive,
    SeriesColumnMissing,
    SidesApart,
    SwappedColumns,
    UnknownInstrument,
    UnreadableFile,
    UnsortedTime,
    ZoneMissing,
)
from mbats.market.instrument import AssetClass
from mbats.market.timeframe import Alignment
from mbats.pipelines.ingest import FileForm, import_series, prepare, store
from mbats.secmaster.corporate_actions import splits_between
from mbats.secmaster.keys import BarKey, Flag

HEAD = "time,open,high,low,close,volume\n"
ROWS = [
    "2024-01-08 00:00Z,1.10,1.12,1.09,1.11,5",
    "2024-01-08 01:00Z,1.11,1.13,1.10,1.12,6",
    "2024-01-08 02:00Z,1.12,1.14,1.11,1.13,7",
    "2024-01-08 03:00Z,1.13,1.15,1.12,1.14,8",
]
EUR_USD_H1 = BarKey("EUR_USD", "acme", "H1", Alignment.NEW_YORK_17)


@pytest.fixture
def master():
    return FakeSecurityMaster()


@pytest.fixture
def bring(tmp_path, master):
    """Write files, import them together and return the counts."""

    def run(files, **form):
        paths = []
        for name, rows in files.items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(rows if isinstance(rows, bytes) else (HEAD + "\n".join(rows) + "\n").encode())
        delivery = prepare(paths, FileForm(**form), FileReader(), master.instruments())
        return store(delivery, master), delivery

    return run


def numbers(count):
    return count.read, count.inserted, count.revised, count.unchanged


def test_bars_are_stored_with_what_the_calendar_says_of_them(bring, master):
    ((count,), _) = bring({"acme_EUR_USD_H1.csv": ROWS})
    assert count.key == EUR_USD_H1
    bars = master.bars(EUR_USD_H1)
    assert bars.close.tolist() == [1.11, 1.12, 1.13, 1.14]
    assert (bars.known_at - bars.time == 3_600 * 10**9).all()
    assert not bars.synthetic


def test_importing_twice_changes_nothing(bring):
    assert numbers(bring({"acme_EUR_USD_H1.csv": ROWS})[0][0]) == (4, 4, 0, 0)
    assert numbers(bring({"acme_EUR_USD_H1.csv": ROWS})[0][0]) == (4, 0, 0, 4)


def test_a_revised_value_is_counted_and_the_old_one_kept(bring, master):
    bring({"acme_EUR_USD_H1.csv": ROWS})
    revised = [*ROWS[:2], ROWS[2].replace("1.13", "1.125"), ROWS[3]]
    assert numbers(bring({"acme_EUR_USD_H1.csv": revised})[0][0]) == (4, 0, 1, 3)
    ((key, _, old),) = master.revisions
    assert (key, old[3]) == (EUR_USD_H1, 1.13)


def test_months_are_joined_in_the_order_of_their_times(bring, master):
    ((count,), _) = bring({"acme_EUR_USD_H1_2.csv": ROWS[2:], "acme_EUR_USD_H1_1.csv": ROWS[:2]})
    assert numbers(count) == (4, 4, 0, 0)
    assert master.bars(EUR_USD_H1).open.tolist() == [1.10, 1.11, 1.12, 1.13]
    (source,) = master.sources
    assert "H1_2.csv" in source.name
    assert len(source.digest) == 64


def test_files_that_overlap_are_refused(bring, master):
    with pytest.raises(FilesOverlap, match="2024-01-08 02:00:00Z"):
        bring({"acme_EUR_USD_H1_1.csv": ROWS[:3], "acme_EUR_USD_H1_2.csv": ROWS[2:]})
    assert master.holdings() == []


class TestSides:
    TEXT = "Gmt time,Open,High,Low,Close,Volume\n08.01.2024 {}:00:00.000,{},{},{},{},2\n"

    def side(self, base, hours=("00", "01")):
        head, row = self.TEXT.splitlines()
        prices = (base, base + 0.02, base - 0.01, base + 0.01)
        return "\n".join([head, *(row.format(hour, *prices) for hour in hours)]).encode() + b"\n"

    def test_bid_and_ask_become_one_set_of_bars(self, bring, master):
        files = {
            "EURUSD_Candlestick_1_Hour_BID.csv": self.side(1.1),
            "EURUSD_Candlestick_1_Hour_ASK.csv": self.side(1.2),
        }
        ((count,), delivery) = bring(files, preset="dukascopy")
        assert count.key == BarKey("EUR_USD", "dukascopy", "H1")
        bars = master.bars(count.key)
        assert bars.bid.open.tolist() == [1.1, 1.1]
        assert bars.ask.open.tolist() == [1.2, 1.2]
        assert bars.open == pytest.approx([1.15, 1.15])
        assert bars.volume.tolist() == [4, 4]
        assert delivery.notes == ()

    def test_one_side_alone_is_kept_apart(self, bring):
        ((count,), delivery) = bring({"EURUSD_Candlestick_1_Hour_BID.csv": self.side(1.1)}, preset="dukascopy")
        assert count.key.vendor == "dukascopy-bid"
        assert "bid prices alone" in delivery.notes[0]

    def test_bars_of_one_side_only_are_counted(self, bring):
        files = {
            "EURUSD_Candlestick_1_Hour_BID.csv": self.side(1.1, ("00", "01", "02")),
            "EURUSD_Candlestick_1_Hour_ASK.csv": self.side(1.2),
        }
        ((count,), delivery) = bring(files, preset="dukascopy")
        assert count.read == 2
        assert "1 bars had one side only" in delivery.notes[0]

    def test_sides_of_different_days_do_not_meet(self, bring):
        files = {
            "EURUSD_Candlestick_1_Hour_BID.csv": self.side(1.1),
            "EURUSD_Candlestick_1_Hour_ASK.csv": self.side(1.2, ("05", "06")),
        }
        with pytest.raises(SidesApart, match="no bar in common"):
            bring(files, preset="dukascopy")


class TestInstruments:
    def test_pairs_of_known_currencies_need_no_declaration(self, bring, master):
        bring({"acme_NOK_SEK_H1.csv": ROWS})
        assert master.instruments()["NOK_SEK"].quote == "SEK"

    def test_an_unknown_one_is_refused_with_the_remedy(self, bring, master):
        with pytest.raises(UnknownInstrument, match=r"(?s)no instrument 'ACME'.*--asset-class equity --currency"):
            bring({"x_ACME_D.csv": ROWS[:1]})
        assert master.holdings() == []

    def test_a_share_may_be_declared(self, bring, master):
        bring({"x_ACME_H1.csv": ROWS}, asset_class=AssetClass.EQUITY, currency="EUR", exchange="XETR")
        acme = master.instruments()["ACME"]
        assert (acme.asset_class, acme.quote, acme.exchange) == (AssetClass.EQUITY, "EUR", "XETR")

    def test_options_win_over_the_name(self, bring):
        ((count,), _) = bring({"acme_EUR_USD_H1.csv": ROWS}, symbol="gbpusd", vendor="mine")
        assert (count.key.symbol, count.key.vendor) == ("GBP_USD", "mine")


def with_cell(row, column, value):
    cells = ROWS[row].split(",")
    cells[column] = value
    return [*ROWS[:row], ",".join(cells), *ROWS[row + 1 :]]


def _swapped():
    return [",".join(np.array(row.split(","))[[0, 1, 3, 2, 4, 5]]) for row in ROWS]


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        (_swapped(), SwappedColumns, "columns are swapped"),
        (with_cell(2, 4, "NaN"), NotANumber, "row 4, close"),
        (with_cell(2, 4, ""), NotANumber, "row 4, close"),
        (with_cell(1, 1, "-1.11"), NotPositive, "row 3, open"),
        (with_cell(3, 2, "1.0"), HighBelowLow, "row 5, high"),
        ([*ROWS[:2], ROWS[1], *ROWS[2:]], DuplicateTime, "row 4: 2024-01-08 01:00:00Z"),
        ([ROWS[0], ROWS[2], ROWS[1], ROWS[3]], UnsortedTime, "row 4: 2024-01-08 01:00:00Z"),
        ([row.replace("Z", "") for row in ROWS], ZoneMissing, "row 2, time: '2024-01-08 00:00'"),
    ],
)
def test_bad_input_leaves_the_master_unchanged(bring, master, rows, error, says):
    """The issue's list of bad input: each names file and row, and a good file beside it is not stored either."""
    with pytest.raises(error, match=says) as caught:
        bring({"acme_GBP_USD_H1.csv": ROWS, "acme_EUR_USD_H1.csv": rows})
    assert "acme_EUR_USD_H1.csv" in str(caught.value)
    assert master.holdings() == []
    assert master.sources == []


def test_a_truncated_parquet_leaves_the_master_unchanged(tmp_path, bring, master):
    path = tmp_path / "whole.parquet"
    parquet.write_table(pa.table({"time": [1, 2]}), path)
    with pytest.raises(UnreadableFile, match="as Parquet"):
        bring({"acme_GBP_USD_H1.csv": ROWS, "acme_EUR_USD_H1.parquet": path.read_bytes()[:-9]})
    assert master.holdings() == []


class TestSeries:
    TEXT = "time,known_at,value,note\n2024-01-31,2024-02-13 08:30,3.1,first\n2024-02-29,2024-03-12 08:30,3.2,\n"

    def bring(self, tmp_path, master, text, name="us_cpi", **form):
        (tmp_path / "cpi.csv").write_text(text)
        return import_series(name, [tmp_path / "cpi.csv"], FileForm(**form), FileReader(), master)

    def test_any_table_with_two_times(self, tmp_path, master):
        (count,) = self.bring(tmp_path, master, self.TEXT, timezone="America/New_York")
        assert (count.key, count.inserted) == ("us_cpi", 2)
        table = master.series("us_cpi")
        assert table.column_names == ["time", "known_at", "value", "note"]
        assert str(table["known_at"][1].as_py()) == "2024-03-12 12:30:00+00:00"
        assert table["value"].to_pylist() == [3.1, 3.2]
        assert table["note"].to_pylist() == ["first", None]
        (again,) = self.bring(tmp_path, master, self.TEXT, timezone="America/New_York")
        assert (again.inserted, again.unchanged) == (0, 2)

    def test_columns_of_other_names(self, tmp_path, master):
        text = self.TEXT.replace("time,known_at", "month,published")
        form = {"timezone": "UTC", "time_column": "month", "known_at_column": "published"}
        assert self.bring(tmp_path, master, text, **form)[0].inserted == 2

    def test_a_missing_column_is_named_with_its_option(self, tmp_path, master):
        with pytest.raises(SeriesColumnMissing, match=r"(?s)'known_at'.*--known-at-column"):
            self.bring(tmp_path, master, self.TEXT.replace("known_at", "published"), timezone="UTC")

    def test_nothing_is_known_before_its_time(self, tmp_path, master):
        text = self.TEXT.replace("2024-03-12", "2024-02-12")
        with pytest.raises(KnownBeforeTime, match="row 3: known at 2024-02-12 08:30:00Z"):
            self.bring(tmp_path, master, text, timezone="UTC")
        assert master.series_holdings() == []

    def test_naive_times_need_a_zone(self, tmp_path, master):
        with pytest.raises(ZoneMissing, match="row 2, time"):
            self.bring(tmp_path, master, self.TEXT)

    @pytest.mark.parametrize("name", ["us-cpi", "1st", "a b", "a;drop"])
    def test_names_are_plain(self, tmp_path, master, name):
        with pytest.raises(BadSeriesName):
            self.bring(tmp_path, master, self.TEXT, name=name)

    def test_corporate_actions_become_a_series_an_instrument(self, tmp_path, master):
        text = (
            "instrument,ex_date,type,value,prev_close\n"
            "AAPL,2020-08-31,split,3.999996,499.23\nAAPL,2020-08-31,dividend,0.5,1\nSPY,2020-08-31,dividend,1.5,1\n"
        )
        counts = self.bring(tmp_path, master, text, name="corporate_actions")
        assert [count.key for count in counts] == ["corporate_actions_AAPL", "corporate_actions_SPY"]
        aapl = master.series("corporate_actions_AAPL")
        assert aapl["dividend"].to_pylist() == [0.5]
        midnight = int(np.datetime64("2020-08-31T04:00", "ns").astype(np.int64))
        (split,) = splits_between(aapl, midnight - 1, midnight)
        assert (split.day, split.ratio) == ("2020-08-31", 4)
        assert splits_between(aapl, midnight, midnight + 10**18) == []
        assert splits_between(master.series("corporate_actions_SPY"), 0, 2**62) == []


RECORDED = {
    "fxcm_USD_JPY_M1": (28_761, "fxcm", "M1", Alignment.NEW_YORK_17),
    "oanda_EUR_USD_D": (3_738, "oanda", "D", Alignment.UTC_MIDNIGHT),
    "oanda_GBP_USD_D": (3_738, "oanda", "D", Alignment.UTC_MIDNIGHT),
    "oanda_EUR_USD_H1": (74_439, "oanda", "H1", Alignment.NEW_YORK_17),
    "oanda_EUR_USD_M1": (18_184, "oanda", "M1", Alignment.NEW_YORK_17),
    "oanda_NZD_USD_M1": (15_543, "oanda", "M1", Alignment.NEW_YORK_17),
    "us_AAPL_D": (5_849, "us", "D", Alignment.EXCHANGE_SESSION),
    "us_SPY_D": (5_849, "us", "D", Alignment.EXCHANGE_SESSION),
}


class TestRecordedData:
    """Every recorded file beside the checkout goes in as it is."""

    @pytest.mark.parametrize("name", RECORDED)
    def test_bars(self, shared_data, name):
        rows, *key = RECORDED[name]
        delivery = prepare([shared_data / f"{name}.parquet"], FileForm(), FileReader(), {})
        (batch,) = delivery.batches
        symbol = name.split("_", 1)[1].rsplit("_", 1)[0]
        assert len(batch.bars) == rows
        assert batch.key == BarKey(symbol, *key)
        assert (batch.bars.known_at > batch.bars.time).all()
        assert (batch.flags & Flag.OUTLIER.value > 0).mean() < 0.001

    def test_crossed_quotes_of_fxcm_are_flagged(self, shared_data):
        (batch,) = prepare([shared_data / "fxcm_USD_JPY_M1.parquet"], FileForm(), FileReader(), {}).batches
        crossed = batch.flags & Flag.CROSSED_SPREAD.value > 0
        closes = batch.bars.ask.close < batch.bars.bid.close
        assert closes.sum() == 683
        assert crossed[closes].all()

    def test_corporate_actions(self, shared_data):
        master = FakeSecurityMaster()
        files = [shared_data / "us_corporate_actions.csv"]
        counts = import_series("corporate_actions", files, FileForm(), FileReader(), master)
        assert sum(count.inserted for count in counts) == 133
        splits = splits_between(master.series("corporate_actions_AAPL"), 0, 2**62)
        assert [(split.day, int(split.ratio)) for split in splits] == [
            ("2000-06-21", 2),
            ("2005-02-28", 2),
            ("2014-06-09", 7),
            ("2020-08-31", 4),
        ]
