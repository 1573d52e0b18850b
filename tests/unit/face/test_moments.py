from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from mbats.errors.data import BadMoment
from mbats.face.moments import nanoseconds

NEW_YEAR = 1_735_689_600_000_000_000  # 2025-01-01T00:00Z


@pytest.mark.parametrize(
    "moment",
    [
        2025,
        np.int64(2025),
        "2025",
        "2025-01-01T00:00Z",
        date(2025, 1, 1),
        datetime(2025, 1, 1),  # noqa: DTZ001 - a time without a zone is what is tested
        datetime(2025, 1, 1, tzinfo=UTC),
        datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2024-12-31 19:00", tz="America/New_York"),
        np.datetime64("2025-01-01T00:00", "ns"),
    ],
)
def test_a_moment_may_be_written_in_many_ways(moment):
    assert nanoseconds(moment, default=0) == NEW_YEAR


@pytest.mark.parametrize("moment", [25, 2025.0, True, "June", pd.NaT, np.datetime64("NaT"), [2025]])
def test_what_is_no_moment_is_said_to_be_none(moment):
    with pytest.raises(BadMoment):
        nanoseconds(moment, default=0)


def test_none_is_the_open_end():
    assert nanoseconds(None, default=7) == 7
