from dataclasses import replace

import numpy as np
import pytest

from mbats.errors.data import AlignmentUnclear
from mbats.market.timeframe import Alignment, Timeframe
from mbats.secmaster.day_start import alignment_of


def table_of(bar_table, timeframe, *moments):
    times = np.array([np.datetime64(moment, "ns").astype(np.int64) for moment in moments])
    return replace(bar_table(len(times)), time=times, timeframe=Timeframe(timeframe))


@pytest.mark.parametrize(
    ("timeframe", "moments", "alignment"),
    [
        ("D", ("2024-03-07T22:00", "2024-03-10T21:00"), Alignment.NEW_YORK_17),
        ("D", ("2024-03-07T00:00", "2024-03-10T00:00"), Alignment.UTC_MIDNIGHT),
        ("H4", ("2024-03-08T02:00", "2024-07-01T01:00"), Alignment.NEW_YORK_17),
        ("H4", ("2024-03-08T04:00", "2024-07-01T08:00"), Alignment.UTC_MIDNIGHT),
        ("H1", ("2024-03-08T04:00", "2024-07-01T08:00"), Alignment.NEW_YORK_17),
        ("W", ("2024-03-01T22:00", "2024-03-15T21:00"), Alignment.NEW_YORK_17),
    ],
)
def test_opening_times_tell(bar_table, timeframe, moments, alignment):
    assert alignment_of(table_of(bar_table, timeframe, *moments), equity=False) == alignment


def test_what_is_stated_wins(bar_table):
    table = replace(table_of(bar_table, "D", "2024-03-07T22:00"), alignment=Alignment.UTC_MIDNIGHT)
    assert alignment_of(table, equity=False) == Alignment.UTC_MIDNIGHT


def test_shares_follow_their_exchange(bar_table):
    assert alignment_of(table_of(bar_table, "D", "2024-03-07T05:00"), equity=True) == Alignment.EXCHANGE_SESSION
    assert alignment_of(table_of(bar_table, "D", "2024-03-07T00:00"), equity=True) == Alignment.UTC_MIDNIGHT


def test_a_day_of_its_own_is_refused_with_its_row(bar_table):
    with pytest.raises(AlignmentUnclear, match=r"(?s)row 3: a D bar opening at 2024-03-08 03:00:00Z.*--alignment"):
        alignment_of(table_of(bar_table, "D", "2024-03-06T22:00", "2024-03-08T03:00", "2024-03-10T21:00"), equity=False)
