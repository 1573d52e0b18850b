"""What every securities master must do; the fake and PostgreSQL are held to it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from fakes.bars import FILE, bars, batch
from fakes.security_master import FakeSecurityMaster
from mbats.errors.database import AmbiguousSeriesRow, UnknownBars, UnknownSeries
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Alignment
from mbats.secmaster.keys import BarKey, Flag


def counts(result):
    return [(count.read, count.inserted, count.revised, count.unchanged) for count in result]


def assert_same(left, right):
    for name in ("time", "known_at", "volume"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))
    for side in ("mid", "bid", "ask"):
        assert (getattr(left, side) is None) == (getattr(right, side) is None)
        for price in ("open", "high", "low", "close") if getattr(left, side) else ():
            ours, theirs = (getattr(getattr(table, side), price) for table in (left, right))
            assert ours.tobytes() == theirs.tobytes()
    assert (left.instrument, left.timeframe, left.alignment) == (right.instrument, right.timeframe, right.alignment)
    assert (left.vendor, left.synthetic) == (right.vendor, right.synthetic)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def series(values, known="2022-02-01", **more):
    times = [moment(f"2022-01-{day + 1:02}") for day in range(len(values))]
    stamp = pa.timestamp("us", "UTC")
    known_at = pa.array([moment(known)] * len(values), stamp)
    return pa.table({"time": pa.array(times, stamp), "known_at": known_at, "value": values, **more})


class SecurityMasterContract:
    """Inherit and give a fixture `master`: an empty securities master."""

    @pytest.mark.parametrize("sided", [True, False])
    @pytest.mark.parametrize("timeframe", ["M1", "H1", "D"])
    def test_gives_back_the_bits_that_were_stored(self, master, sided, timeframe):
        stored = bars(timeframe=timeframe, sided=sided)
        assert counts(master.ingest([batch(stored)], FILE)) == [(12, 12, 0, 0)]
        assert_same(master.bars(batch(stored).key), stored)

    def test_ranges_are_half_open(self, master):
        stored = bars()
        master.ingest([batch(stored)], FILE)
        start, end = int(stored.time[3]), int(stored.time[7])
        assert_same(master.bars(batch(stored).key, start, end), stored.rows(3, 7))
        assert_same(master.bars(batch(stored).key, start + 1, None), stored.rows(4, 12))
        assert_same(master.bars(batch(stored).key, None, end + 1), stored.rows(0, 8))
        assert len(master.bars(batch(stored).key, end, end)) == 0

    def test_importing_twice_changes_nothing(self, master):
        stored = bars()
        master.ingest([batch(stored)], FILE)
        assert counts(master.ingest([batch(stored)], FILE)) == [(12, 0, 0, 12)]
        assert [held.rows for held in master.holdings()] == [12]

    def test_a_changed_value_is_revised_and_counted(self, master):
        stored, key = bars(), batch(bars()).key
        master.ingest([batch(stored)], FILE)
        close = stored.mid.close.copy()
        close[[2, 9]] += 0.0001
        revised = replace(stored, mid=replace(stored.mid, close=close))
        assert counts(master.ingest([batch(revised)], FILE)) == [(12, 0, 2, 10)]
        assert_same(master.bars(key), revised)

    def test_new_bars_fill_holes_and_extend_both_ends(self, master):
        whole = bars()
        master.ingest([batch(whole.rows(2, 4)), batch(whole.rows(6, 8))], FILE)
        assert counts(master.ingest([batch(whole)], FILE)) == [(12, 8, 0, 4)]
        assert_same(master.bars(batch(whole).key), whole)

    def test_overlapping_batches_of_one_import_count_once(self, master):
        whole = bars()
        done = master.ingest([batch(whole.rows(0, 8)), batch(whole.rows(4, 12))], FILE)
        assert counts(done) == [(8, 8, 0, 0), (8, 4, 0, 4)]
        assert len({count.run for count in done}) == 1

    def test_bars_that_lose_or_gain_their_sides_are_revised(self, master):
        both, mid = bars(), bars(sided=False)
        master.ingest([batch(mid)], FILE)
        assert counts(master.ingest([batch(both)], FILE)) == [(12, 0, 12, 0)]
        assert_same(master.bars(batch(both).key), both)
        assert counts(master.ingest([batch(mid)], FILE)) == [(12, 0, 12, 0)]

    def test_a_forming_bar_is_kept_but_not_shown(self, master):
        stored, complete = bars(), np.ones(12, dtype=np.int16)
        complete[-1] = 0
        master.ingest([batch(stored, complete=complete)], FILE)
        assert_same(master.bars(batch(stored).key), stored.rows(0, 11))
        assert counts(master.ingest([batch(stored)], FILE)) == [(12, 0, 1, 11)]
        assert_same(master.bars(batch(stored).key), stored)

    def test_keeps_vendors_timeframes_and_alignments_apart(self, master):
        stored = bars()
        other = replace(stored, vendor="fxcm")
        utc = replace(stored, alignment=Alignment.UTC_MIDNIGHT)
        daily = bars(timeframe="D")
        batches = [batch(stored), batch(other), batch(utc, alignment=Alignment.UTC_MIDNIGHT), batch(daily)]
        assert counts(master.ingest(batches, FILE)) == [(12, 12, 0, 0)] * 4
        assert [held.key for held in master.holdings()] == sorted(one.key for one in batches)
        assert_same(master.bars(batch(other).key), other)

    def test_tells_what_it_holds(self, master):
        stored, flags = bars(synthetic=True), np.zeros(12, dtype=np.int16)
        flags[3] = Flag.OUTLIER | Flag.GAP
        [count] = master.ingest([batch(stored, flags)], FILE)
        [held] = master.holdings()
        assert (count.flagged, held.flagged, held.rows, held.synthetic) == (1, 1, 12, True)
        assert (held.first, held.last) == (moment("2021-12-31T18:00"), moment("2022-01-01T05:00"))

    def test_adds_instruments_as_they_come(self, master):
        exotic = Instrument(
            "CHF_NOK", AssetClass.FX, "CHF", "NOK", Decimal("0.0001"), Decimal("0.00001"), Decimal("0.5")
        )
        master.ingest([batch(bars(instrument=exotic))], FILE)
        assert master.instruments()["CHF_NOK"] == exotic

    def test_tells_its_progress_to_the_last_row(self, master):
        told = []
        master.ingest([batch(bars()), batch(bars(timeframe="D"))], FILE, told.append)
        assert sum(told) == 24

    def test_an_import_of_nothing_is_no_mistake(self, master):
        assert counts(master.ingest([batch(bars(count=0))], FILE)) == [(0, 0, 0, 0)]

    def test_names_bars_that_it_does_not_have(self, master):
        master.ingest([batch(bars())], FILE)
        for key in (BarKey("EUR_USD", "oanda", "D"), BarKey("EUR_USD", "fxcm", "H1"), BarKey("USD_JPY", "oanda", "H1")):
            with pytest.raises(UnknownBars, match=key.symbol):
                master.bars(key)

    def test_a_series_comes_back_by_what_was_known_when(self, master):
        late, early = series([1.5, None], known="2022-03-01"), series([1.25, 2.0])
        master.ingest_series("cpi", late, FILE)
        count = master.ingest_series("cpi", early, FILE)
        assert (count.key, count.read, count.inserted) == ("cpi", 2, 2)
        assert master.series("cpi").to_pylist() == early.to_pylist() + late.to_pylist()

    def test_a_series_keeps_its_types(self, master):
        table = series([1, 2], name=["a", "b"], sure=[True, None], rate=[0.1, 1e300])
        master.ingest_series("mixed", table, FILE)
        assert master.series("mixed") == table

    def test_a_series_is_revised_and_not_doubled(self, master):
        master.ingest_series("cpi", series([1.0, 2.0, 3.0]), FILE)
        count = master.ingest_series("cpi", series([1.0, 2.5, 3.0, 4.0]), FILE)
        assert (count.inserted, count.revised, count.unchanged) == (1, 1, 2)
        assert master.series("cpi")["value"].to_pylist() == [1.0, 2.5, 3.0, 4.0]

    def test_rows_that_cannot_be_told_apart_are_refused_whole(self, master):
        doubled = pa.concat_tables([series([1.0]), series([2.0])])
        with pytest.raises(AmbiguousSeriesRow, match="cpi"):
            master.ingest_series("cpi", doubled, FILE)
        assert master.series_holdings() == []

    def test_tells_what_series_it_holds(self, master):
        master.ingest_series("cpi", series([1.0, 2.0], note=["a", "b"]), FILE)
        [held] = master.series_holdings()
        assert (held.name, held.columns, held.rows) == ("cpi", ("value", "note"), 2)
        assert (held.first, held.last) == (moment("2022-01-01"), moment("2022-01-02"))

    def test_names_a_series_that_it_does_not_have(self, master):
        master.ingest_series("cpi", series([1.0]), FILE)
        with pytest.raises(UnknownSeries, match="cpi"):
            master.series("gdp")


class TestFake(SecurityMasterContract):
    @pytest.fixture
    def master(self):
        return FakeSecurityMaster()


class TestPostgres(SecurityMasterContract):
    @pytest.fixture
    def master(self, postgres):
        return postgres.security_master()
