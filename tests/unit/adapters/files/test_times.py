"""Forms of time, zones and changes of clocks; expected values worked out by hand."""

import numpy as np
import pyarrow as pa
import pytest

from mbats.adapters.files.sheet import Sheet
from mbats.adapters.files.times import to_utc
from mbats.errors.data import TimeRepeated, TimeSkipped, UnknownZone, UnreadableTime, ZoneMissing


def read(values, zone=None, kind=None):
    column = pa.array(values, kind)
    times = to_utc(Sheet("bars.csv", np.arange(len(column)) + 2, {"when": column}), "when", zone)
    return times.tolist()


def utc(*moments):
    return [int(np.datetime64(moment, "ns").astype(np.int64)) for moment in moments]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-02-01", "2012-02-01T00:00:00"),
        ("2012-02-01 17:00", "2012-02-01T17:00:00"),
        ("2012-02-01T17:00:01.5", "2012-02-01T17:00:01.5"),
        ("20120201", "2012-02-01T00:00:00"),
        ("20120201 170005", "2012-02-01T17:00:05"),
        ("20120201 17:00", "2012-02-01T17:00:00"),
        ("20120201170000", "2012-02-01T17:00:00"),
        ("2012.02.01 17:00", "2012-02-01T17:00:00"),
        ("2012/02/01 17:00:05", "2012-02-01T17:00:05"),
        ("01.02.2012 17:00:00.250", "2012-02-01T17:00:00.25"),
    ],
)
def test_forms_without_a_zone_need_one(text, moment):
    assert read([text], "UTC") == utc(moment)
    with pytest.raises(ZoneMissing, match=r"(?s)row 2.*--timezone"):
        read([text])


@pytest.mark.parametrize(
    "text",
    [
        "2012-02-01 17:00:00Z",
        "2012-02-01 18:00:00+01:00",
        "2012-02-01T12:00:00-0500",
        "2012-02-01 12:00:00-05",
        "2012-02-01 17:00:00 UTC",
        "01.02.2012 19:00:00.000 GMT+0200",
        "1328115600",
        "1328115600000",
        "1328115600000000",
        "1328115600000000000",
    ],
)
def test_forms_that_know_their_zone(text):
    assert read([text], "Asia/Tokyo") == utc("2012-02-01T17:00:00")


def test_epoch_numbers_by_their_size():
    for scale in (1, 10**3, 10**6, 10**9):
        assert read([1328115600 * scale]) == utc("2012-02-01T17:00:00")
    assert read([1328115600123456789]) == utc("2012-02-01T17:00:00.123456789")


def test_typed_columns():
    seconds = [1328115600]
    assert read(seconds, None, pa.timestamp("s", "America/New_York")) == utc("2012-02-01T17:00:00")
    assert read(seconds, "UTC", pa.timestamp("s")) == utc("2012-02-01T17:00:00")
    assert read([15371], "America/New_York", pa.date32()) == utc("2012-02-01T05:00:00")
    with pytest.raises(ZoneMissing):
        read(seconds, None, pa.timestamp("s"))
    with pytest.raises(UnreadableTime, match="row 3"):
        read([1, None], None, pa.timestamp("s", "UTC"))


@pytest.mark.parametrize("text", ["02/01/2012 17:00", "soon", "", "2012-02-30", "2012-02-01 25:00"])
def test_nothing_is_guessed(text):
    with pytest.raises(UnreadableTime, match="row 4, when"):
        read(["2012-02-01", "2012-02-01", text, "2012-02-01"], "UTC")


def test_one_row_without_a_zone_among_others():
    with pytest.raises(ZoneMissing, match="row 3"):
        read(["2012-02-01 17:00Z", "2012-02-01 17:00"])


def test_zones():
    assert read(["2024-03-08 00:00", "2024-07-01 00:00"], "America/New_York") == utc(
        "2024-03-08T05:00:00", "2024-07-01T04:00:00"
    )
    assert read(["2024-03-08 00:00", "2024-07-01 00:00"], "UTC-5") == utc("2024-03-08T05:00:00", "2024-07-01T05:00:00")
    assert read(["2024-03-08 00:00"], "+05:30") == utc("2024-03-07T18:30:00")
    # 00:00 on the broker's server is 17:00 in New York, in winter and in summer.
    assert read(["2024-03-08 00:00", "2024-07-01 00:00"], "America/New_York+7") == utc(
        "2024-03-07T22:00:00", "2024-06-30T21:00:00"
    )
    with pytest.raises(UnknownZone, match="Mars/Olympus"):
        read(["2024-03-08 00:00"], "Mars/Olympus")


def test_clocks_put_forward():
    # 10 March 2024, New York: 01:59 EST is followed by 03:00 EDT.
    assert read(["2024-03-10 01:59", "2024-03-10 03:00"], "America/New_York") == utc(
        "2024-03-10T06:59:00", "2024-03-10T07:00:00"
    )
    with pytest.raises(TimeSkipped, match="row 3: 2024-03-10 02:30 does not exist in America/New_York"):
        read(["2024-03-10 01:59", "2024-03-10 02:30"], "America/New_York")


def test_clocks_put_back():
    # 3 November 2024, New York: 01:00 to 01:59 comes twice.
    assert read(["2024-11-03 00:59", "2024-11-03 02:00"], "America/New_York") == utc(
        "2024-11-03T04:59:00", "2024-11-03T07:00:00"
    )
    with pytest.raises(TimeRepeated, match="row 3: 2024-11-03 01:00 happened twice"):
        read(["2024-11-03 00:59", "2024-11-03 01:00"], "America/New_York")


def test_clocks_changed_at_midnight():
    # Havana puts its clocks forward at 00:00 on Sunday 10 March 2024.
    with pytest.raises(TimeSkipped):
        read(["2024-03-10 00:30"], "America/Havana")
    assert read(["2024-03-10 01:00"], "America/Havana") == utc("2024-03-10T05:00:00")
