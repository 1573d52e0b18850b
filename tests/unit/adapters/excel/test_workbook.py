"""Control files as they are saved: a workbook with tabs, a text table."""

from datetime import datetime

import pytest
from openpyxl import Workbook as NewWorkbook

from mbats.adapters.excel.workbook import Workbook
from mbats.adapters.files.control import DelimitedControl
from mbats.errors.control import ControlFileMissing, UnreadableControlFile

HEAD = ["Instrument ", "vendor", "timeframe", "start", "enabled"]


@pytest.fixture
def book(tmp_path):
    def made(**tabs):
        book = NewWorkbook()
        book.remove(book.active)
        for name, rows in tabs.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "control.xlsx")
        return tmp_path / "control.xlsx"

    return made


def test_the_tabs_daily_and_minute_are_read_and_others_are_not(book):
    day = datetime(2024, 1, 1)  # noqa: DTZ001 - Excel's dates are naive
    row = ["EUR_USD", "oanda", None, day, True]
    file = book(notes=[["hello"]], Daily=[HEAD, row], minute=[HEAD, [], row])
    daily, minute = Workbook().tables(file)
    assert (daily.tab, daily.columns) == ("daily", ("instrument", "vendor", "timeframe", "start", "enabled"))
    assert daily.rows[0].cells == dict(zip(daily.columns, row, strict=True))
    assert [row.number for row in minute.filled()] == [3]


def test_without_them_the_first_tab_counts(book):
    assert [table.tab for table in Workbook().tables(book(all=[HEAD], more=[HEAD]))] == ["all"]


@pytest.mark.parametrize(("reader", "name"), [(Workbook(), "control.xlsx"), (DelimitedControl(), "control.csv")])
def test_what_is_no_control_file_says_so(tmp_path, reader, name):
    with pytest.raises(ControlFileMissing, match=name):
        reader.tables(tmp_path / name)
    (tmp_path / name).write_bytes(b'"\xff\xfe no table')
    with pytest.raises(UnreadableControlFile, match=name):
        reader.tables(tmp_path / name)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_table_counts_rows_with_its_header(tmp_path, separator):
    lines = [HEAD, ["EUR_USD", "oanda", "M1", "2024-01-01", "yes"], [""] * 5, ["USD_JPY", "", "D", "2024", ""]]
    file = tmp_path / "control.csv"
    file.write_text("\n".join(separator.join(line) for line in lines), encoding="utf-8-sig")
    (table,) = DelimitedControl().tables(file)
    assert [(row.number, row.cells["instrument"]) for row in table.filled()] == [(2, "EUR_USD"), (4, "USD_JPY")]
    assert (table.place, table.tab) == (str(file), "")


def test_a_workbook_with_a_password_says_so(tmp_path):
    file = tmp_path / "control.xlsx"
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    with pytest.raises(UnreadableControlFile, match="locked by a password"):
        Workbook().tables(file)
