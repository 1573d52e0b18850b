"""Snapshots over a master and a store in memory."""

import numpy as np
import pytest

from fakes.object_store import FakeObjectStore
from fakes.security_master import FakeSecurityMaster
from mbats.adapters.files.reader import FileReader
from mbats.errors.data import HoldingUnclear, NoBars, NoSeries
from mbats.errors.snapshot import ObjectDamaged, ObjectMissing, SnapshotMissing, SnapshotUnclear
from mbats.market.timeframe import Timeframe
from mbats.pipelines.ingest import FileForm, import_series, prepare, store
from mbats.pipelines.snapshot import snapshot
from mbats.secmaster.moments import instant
from mbats.secmaster.snapshot import open_snapshot

HEAD = "time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close,volume\n"


def text(level, hours=24, start="2024-01-08"):
    rows = (
        f"{start} {hour:02}:00Z,"
        + ",".join(f"{level + side + price:.5f}" for side in (0, 0.0002) for price in (0, 0.002, -0.001, 0.001))
        + f",{hour}"
        for hour in range(hours)
    )
    return HEAD + "\n".join(rows) + "\n"


@pytest.fixture
def bring(tmp_path):
    def run(master, name, content, **form):
        (tmp_path / name).write_text(content)
        store(prepare([tmp_path / name], FileForm(**form), FileReader(), master.instruments()), master)

    return run


@pytest.fixture
def master(bring):
    master = FakeSecurityMaster()
    bring(master, "acme_EUR_USD_H1.csv", text(1.1))
    bring(master, "acme_GBP_USD_H1.csv", text(1.3))
    return master


@pytest.fixture
def objects():
    return FakeObjectStore()


def test_gives_back_the_same_bits(master, objects):
    taken = snapshot(master, objects, ["GBP_USD", "EUR_USD"], "H1")
    found = open_snapshot(objects, taken.id[:10])
    assert found.id == taken.id
    assert (found.symbols, found.rows, found.synthetic) == (("GBP_USD", "EUR_USD"), 48, False)
    for symbol, bars in found.market().items():
        (key,) = (held.key for held in master.holdings() if held.key.symbol == symbol)
        wanted = master.bars(key)
        assert (bars.instrument, bars.timeframe, bars.vendor) == (wanted.instrument, Timeframe("H1"), "acme")
        assert bars.instrument.venue_symbols == wanted.instrument.venue_symbols
        for name in ("time", "known_at", "volume"):
            np.testing.assert_array_equal(getattr(bars, name), getattr(wanted, name))
        for side in ("mid", "bid", "ask"):
            for price in ("open", "high", "low", "close"):
                left, right = (getattr(getattr(each, side), price) for each in (bars, wanted))
                assert left.dtype == np.float64
                assert left.tobytes() == right.tobytes()


def test_bars_without_sides_stay_without(bring, objects):
    master = FakeSecurityMaster()
    bring(master, "x_EUR_USD_H1.csv", "time,open,high,low,close\n2024-01-08 00:00Z,1,2,1,2\n")
    bars = snapshot(master, objects, ["EUR_USD"], "H1").bars("EUR_USD")
    assert (bars.bid, bars.ask) == (None, None)


def test_the_same_data_has_the_same_id_and_is_stored_once(master, objects):
    first = snapshot(master, objects, ["EUR_USD"], "H1")
    stored = dict(objects.objects)
    assert snapshot(master, objects, ["EUR_USD"], "H1").id == first.id
    assert objects.objects == stored
    both = snapshot(master, objects, ["EUR_USD", "GBP_USD"], "H1")
    assert both.id != first.id
    assert len(objects.keys("tables/")) == 2


def test_any_change_of_the_data_changes_the_id(bring, master, objects):
    before = snapshot(master, objects, ["EUR_USD"], "H1")
    bring(master, "acme_EUR_USD_H1.csv", text(1.1).replace(",7\n", ",8\n"))
    after = snapshot(master, objects, ["EUR_USD"], "H1")
    assert after.id != before.id
    assert before.bars("EUR_USD").volume[7] == 7


def test_a_range_is_half_open(master, objects):
    taken = snapshot(
        master, objects, ["EUR_USD"], "H1", start=instant("2024-01-08T03:00"), end=instant("2024-01-08T05:00")
    )
    assert taken.bars("EUR_USD").time.tolist() == [instant("2024-01-08T03:00"), instant("2024-01-08T04:00")]


def test_a_changed_byte_is_noticed_on_reading(master, objects):
    taken = snapshot(master, objects, ["EUR_USD"], "H1")
    (table,) = objects.keys("tables/")
    content = bytearray(objects.objects[table])
    content[200] ^= 1
    objects.objects[table] = bytes(content)
    with pytest.raises(ObjectDamaged, match=table):
        taken.bars("EUR_USD")


def test_a_changed_manifest_is_noticed_on_opening(master, objects):
    taken = snapshot(master, objects, ["EUR_USD"], "H1")
    (manifest,) = objects.keys("snapshots/")
    objects.objects[manifest] = objects.objects[manifest].replace(b'"acme"', b'"acne"')
    with pytest.raises(ObjectDamaged, match=r"snapshots/.*\.json"):
        open_snapshot(objects, taken.id)


def test_a_lost_table_is_named(master, objects):
    taken = snapshot(master, objects, ["EUR_USD"], "H1")
    del objects.objects[objects.keys("tables/")[0]]
    with pytest.raises(ObjectMissing):
        taken.market()


def test_prefixes(master, objects):
    with pytest.raises(SnapshotMissing, match="mbats data snapshot"):
        open_snapshot(objects, "abc")
    snapshot(master, objects, ["EUR_USD"], "H1")
    snapshot(master, objects, ["GBP_USD"], "H1")
    with pytest.raises(SnapshotUnclear, match="2 snapshots"):
        open_snapshot(objects, "")


def test_what_is_not_there_is_named_with_what_is(bring, master, objects):
    with pytest.raises(NoBars, match=r"(?s)AUD_USD H1.*EUR_USD H1 \(acme, ny17\)"):
        snapshot(master, objects, ["EUR_USD", "AUD_USD"], "H1")
    with pytest.raises(NoBars, match="in that range"):
        snapshot(master, objects, ["EUR_USD"], "H1", start=instant("2025"))
    with pytest.raises(NoSeries, match="us_cpi"):
        snapshot(master, objects, ["EUR_USD"], "H1", series=["us_cpi"])
    bring(master, "other_EUR_USD_H1.csv", text(1.1))
    with pytest.raises(HoldingUnclear, match="--vendor"):
        snapshot(master, objects, ["EUR_USD"], "H1")
    assert snapshot(master, objects, ["EUR_USD"], "H1", vendor="other").bars("EUR_USD").vendor == "other"


def test_series_go_along(tmp_path, master, objects):
    (tmp_path / "cpi.csv").write_text("time,known_at,value\n2024-01-31 00:00Z,2024-02-13 13:30Z,3.1\n")
    import_series("us_cpi", [tmp_path / "cpi.csv"], FileForm(), FileReader(), master)
    taken = open_snapshot(objects, snapshot(master, objects, ["EUR_USD"], "H1", series=["us_cpi"]).id)
    assert taken.series_names == ("us_cpi",)
    assert taken.series("us_cpi").equals(master.series("us_cpi"))


def test_corporate_actions_of_its_shares_go_along_unasked(bring, tmp_path, master, objects):
    bring(master, "us_ACME_H1.csv", text(50.0), asset_class="equity")
    actions = "instrument,ex_date,type,value\nACME,2020-08-31,split,4\nOTHER,2020-08-31,split,2\n"
    (tmp_path / "actions.csv").write_text(actions)
    import_series("corporate_actions", [tmp_path / "actions.csv"], FileForm(), FileReader(), master)
    assert snapshot(master, objects, ["ACME"], "H1").series_names == ("corporate_actions_ACME",)
