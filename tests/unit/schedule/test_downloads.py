"""Control rows as data; every bad cell is named."""

from datetime import UTC, date, datetime

import pytest

from mbats.errors.control import BadControlCells, ControlColumnMissing, NothingEnabled
from mbats.market.timeframe import Timeframe
from mbats.schedule.control import ControlRow, ControlTable
from mbats.schedule.downloads import Download, downloads

COLUMNS = ("instrument", "vendor", "timeframe", "start", "enabled")
VENDORS = ("oanda", "paper")
JANUARY = 1_704_067_200_000_000_000


def table(*rows, tab="", columns=COLUMNS):
    cells = (dict(zip(columns, row, strict=True)) for row in rows)
    return ControlTable("desk.xlsx", tab, columns, tuple(ControlRow(n, row) for n, row in enumerate(cells, start=2)))


def read(*rows, **more):
    return downloads([table(*rows, **more)], VENDORS)


def test_enabled_rows_become_downloads_in_their_order():
    assert read(
        ("USD_JPY", "oanda", "M1", "2024-01-01", "yes"),
        ("EUR_USD", "", "D", "2024-01-01T00:00:00Z", ""),
        ("GBP_USD", "oanda", "H1", "2024-01-01", "no"),
        (None, "", " ", None, ""),
    ) == [Download("USD_JPY", Timeframe("M1"), JANUARY, "oanda"), Download("EUR_USD", Timeframe("D"), JANUARY)]


@pytest.mark.parametrize(
    "start",
    [
        *("2024-01-01", "2024-01-01 00:00", "2024-01-01T01:00:00+01:00"),
        *(date(2024, 1, 1), datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC)),  # noqa: DTZ001 - Excel's dates are naive
    ],
)
def test_a_start_may_be_a_date_of_excel_or_a_text(start):
    assert read(("eur/usd", "OANDA", "D", start, True)) == [Download("EUR_USD", Timeframe("D"), JANUARY, "oanda")]


def test_the_tab_says_the_timeframe_where_a_row_does_not():
    columns = ("instrument", "start")
    tables = [table(("EUR_USD", "2024-01-01"), tab=tab, columns=columns) for tab in ("daily", "minute")]
    assert [str(one.timeframe) for one in downloads(tables, VENDORS)] == ["D", "M1"]


def test_every_bad_cell_is_named_with_file_tab_row_and_column():
    with pytest.raises(BadControlCells) as error:
        read(
            ("EURUSD", "oanda", "M1", "2024-01-01", "yes"),
            ("EUR_USD", "bank", "M7x", "yesterday", "maybe"),
            ("EUR_USD", "oanda", "M1", 45000, "no"),
            tab="minute",
        )
    assert error.value.facts["count"] == 6
    for cell in (
        "desk.xlsx, tab minute, row 2, column instrument: 'EURUSD'",
        "row 3, column vendor: 'bank'",
        "row 3, column timeframe: 'M7x'",
        "row 3, column start: 'yesterday' is no date: write 2024-01-01",
        "row 3, column enabled: 'maybe'",
        "row 4, column start: 45000",
    ):
        assert cell in str(error.value)


def test_the_same_bars_twice_are_a_mistake():
    row = ("EUR_USD", "oanda", "M1", "2024-01-01", "yes")
    with pytest.raises(BadControlCells, match=r"row 3, column instrument.*wanted already by desk\.xlsx, row 2"):
        read(row, row)


def test_a_table_without_a_column_or_an_enabled_row_says_so():
    with pytest.raises(ControlColumnMissing, match="'timeframe'; it has instrument, start"):
        read(("EUR_USD", "2024-01-01"), columns=("instrument", "start"))
    with pytest.raises(NothingEnabled):
        read(("EUR_USD", "oanda", "M1", "2024-01-01", "no"))
    with pytest.raises(NothingEnabled):
        downloads([], VENDORS)
