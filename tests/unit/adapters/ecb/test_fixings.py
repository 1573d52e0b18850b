from datetime import UTC, datetime

import numpy as np
import pytest

from mbats.adapters.ecb.fixings import load, parse
from mbats.errors.market import BrokenFixings
from mbats.market.local_time import nanoseconds

HEADER = "Date,USD,JPY,BGN,GBP,CHF,CAD,AUD,NZD,\n"


def test_the_shipped_file_holds_what_the_ecb_published() -> None:
    """First fixing of the euro, 4 January 1999, and the minimum rate's last day, as the ECB's website lists them."""
    fixings = load()
    first, floor = 0, int(np.searchsorted(fixings.dates, np.datetime64("2015-01-14")))
    assert str(fixings.dates[first]) == "1999-01-04"
    assert fixings.mid("EUR", "USD")[first] == 1.1789
    assert fixings.mid("EUR", "JPY")[first] == 133.73
    assert fixings.mid("EUR", "CHF")[floor] == 1.2010
    assert fixings.mid("EUR", "CHF")[floor + 1] == 1.0280
    assert fixings.mid("USD", "JPY")[first] == pytest.approx(133.73 / 1.1789)
    assert fixings.rates.shape == (len(fixings), len(fixings.currencies))


def test_fixings_are_taken_at_a_quarter_past_two_in_frankfurt_winter_and_summer() -> None:
    text = HEADER + "2024-07-01,1.07,172,N/A,.85,.97,1.47,1.6,1.76,\n2024-01-02,1.1,156,N/A,.87,.93,1.46,1.6,1.75,\n"
    fixings = parse(text)
    assert [str(day) for day in fixings.dates] == ["2024-01-02", "2024-07-01"]
    expected = [datetime(2024, 1, 2, 13, 15, tzinfo=UTC), datetime(2024, 7, 1, 12, 15, tzinfo=UTC)]
    assert fixings.moments.tolist() == [nanoseconds(moment) for moment in expected]


def test_days_that_are_not_quoted_whole_are_left_out() -> None:
    text = HEADER + "2024-01-03,1.1,N/A,1,.87,.93,1.46,1.6,1.75,\n2024-01-02,1.1,156,1,.87,.93,1.46,1.6,1.75,\n"
    assert len(parse(text)) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2024-01-02,1.1,one,1,.87,.93,1.46,1.6,1.75,", "row 2.*one"),
        ("2024-01-02,1.1,-156,1,.87,.93,1.46,1.6,1.75,", "row 2.*not positive"),
        ("2024-01-02,1.1,nan,1,.87,.93,1.46,1.6,1.75,", "row 2.*not positive"),
    ],
)
def test_a_broken_row_is_named(row: str, why: str) -> None:
    with pytest.raises(BrokenFixings, match=why):
        parse(HEADER + row)


def test_a_missing_column_and_a_doubled_day_are_named() -> None:
    row = "2024-01-02,1.1,156,1,.87,.93,1.46,1.6,1.75,\n"
    with pytest.raises(BrokenFixings, match="NZD"):
        parse(HEADER.replace("NZD", "XXX") + row)
    with pytest.raises(BrokenFixings, match="not unique"):
        parse(HEADER + row + row)
