"""`mbats schedule` as a person types it, and as Airflow does."""

import json

import pytest
from openpyxl import Workbook

from mbats.bootstrap import wiring
from mbats.bootstrap.scheduling import MARKET_DATA, STRATEGIES
from mbats.cli import run
from mbats.settings import Settings

HEAD = ["instrument", "vendor", "timeframe", "start", "enabled"]


@pytest.fixture
def book(tmp_path):
    def made(**tabs):
        book = Workbook()
        book.remove(book.active)
        for name, rows in tabs.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "market-data.xlsx")
        return tmp_path / "market-data.xlsx"

    return made


@pytest.fixture
def scheduled(home, capsys):
    def go(*arguments):
        code = run(["schedule", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return go


def test_each_good_row_of_a_workbook_becomes_two_commands_and_a_bad_one_is_told(scheduled, book):
    file = book(
        daily=[HEAD, ["EUR_USD", "paper", None, "2026-06-01", "yes"], ["EURUSD", "", None, "2026-06-01", "yes"]],
        minute=[["instrument", "from"], ["EUR_USD", "2026-06-01"]],
    )
    code, out, _ = scheduled("downloads", "--file", file, "--json")
    told = json.loads(out)
    assert code == 0
    (row,) = told["rows"]
    bars = ["EUR_USD", "--timeframe", "D", "--vendor", "paper"]
    assert row["ingest"] == ["data", "ingest", *bars, "--since", "2026-06-01T00:00:00Z"]
    assert row["check"] == ["data", "check", *bars]
    bad, tab = told["refused"]
    assert "tab daily, row 3, column instrument: 'EURUSD'" in bad
    assert "tab minute has no column 'start'; it has instrument, from" in tab


def test_an_empty_sheet_says_which_columns_it_should_have(scheduled, book):
    _, out, _ = scheduled("downloads", "--file", book(daily=[]), "--json")
    assert "its first row names the columns" in json.loads(out)["refused"][0].lower()


def test_the_usual_files_are_in_the_object_store(scheduled, book):
    store = wiring.object_store(Settings.from_environment())
    store.put(MARKET_DATA, book(daily=[HEAD, ["EUR_USD", "", None, "2026-06-01", ""]]).read_bytes())
    lines = [
        "strategy,mode,instruments,model,account,parameters,schedule,enabled",
        "RsiBracket,paper,EUR_USD,,,,,yes",
        "RsiBracket,nowhere,EUR_USD,,,,,yes",
        "RsiBracket,back",
    ]
    store.put(STRATEGIES, "\n".join(lines).encode())
    assert "EUR_USD" in scheduled("downloads")[1]
    code, out, err = scheduled("strategies")
    assert (code, "RsiBracket" in out) == (0, True)
    assert "control/strategies.csv, row 3, column mode: 'nowhere' is no mode" in err
    assert "control/strategies.csv, row 4, column instruments: None is missing: the row ends before it" in err


def test_a_missing_file_and_half_a_file_are_told_by_their_place(scheduled, book):
    code, _, err = scheduled("downloads")
    assert (code, f"objects/{MARKET_DATA}: no such control file" in err) == (1, True)
    whole = book(daily=[HEAD]).read_bytes()
    wiring.object_store(Settings.from_environment()).put(MARKET_DATA, whole[: len(whole) // 2])
    code, _, err = scheduled("downloads")
    assert (code, f"objects/{MARKET_DATA} cannot be read as an Excel workbook" in err) == (1, True)
