"""A workbook that was cut off or damaged on its way is told as such, wherever the damage is."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as NewWorkbook

from mbats.adapters.excel.workbook import Workbook
from mbats.errors.control import UnreadableControlFile


def saved():
    book = NewWorkbook()
    book.active.append(["instrument", "start"])
    for _ in range(30):
        book.active.append(["EUR_USD", "2024-01-01"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


WHOLE = saved()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("books") / "control.xlsx"


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=60)
def test_a_part_of_a_workbook_is_none(file, length):
    file.write_bytes(WHOLE[:length])
    with pytest.raises(UnreadableControlFile):
        Workbook().tables(file)


@given(st.integers(0, len(WHOLE) - 9), st.binary(min_size=1, max_size=8))
@settings(max_examples=150)
def test_a_damaged_workbook_is_read_or_told(file, place, noise):
    file.write_bytes(WHOLE[:place] + noise + WHOLE[place + len(noise) :])
    with suppress(UnreadableControlFile):
        assert [table.tab for table in Workbook().tables(file)]
