import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from mbats.cli.console import cell, console, emit, next_step, progress, table, waiting


@dataclass
class Point:
    x: float


def test_json_is_strict_whatever_a_result_is_made_of(capsys: pytest.CaptureFixture[str]) -> None:
    payload = {
        "sharpe": float("nan"),
        "array": np.array([1.5, np.inf]),
        "scalar": np.float64(2.5),
        "count": np.int64(3),
        "money": Decimal("0.10"),
        "at": datetime(2020, 1, 2, tzinfo=UTC),
        "id": UUID(int=1),
        "rows": ({"x": True}, Point(0.5)),
    }
    emit(payload, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "sharpe": None,
        "array": [1.5, None],
        "scalar": 2.5,
        "count": 3,
        "money": "0.10",
        "at": "2020-01-02T00:00:00+00:00",
        "id": "00000000-0000-0000-0000-000000000001",
        "rows": [{"x": True}, {"x": 0.5}],
    }


def test_people_get_a_table_of_rows_or_of_names_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"symbol": "EUR_USD", "rows": 74_439}], as_json=False)
    emit({"sharpe": None}, as_json=False)
    emit([], as_json=False)
    out = capsys.readouterr().out
    assert "symbol" in out
    assert "74,439" in out
    assert "n/a" in out


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "n/a"),
        (float("nan"), "n/a"),
        (True, "yes"),
        (1234567, "1,234,567"),
        (1234.5678, "1,234.57"),
        (0.01234, "0.01234"),
        (datetime(2020, 1, 2, 3, 4, tzinfo=UTC), "2020-01-02 03:04"),
        ("EUR_USD", "EUR_USD"),
    ],
)
def test_cells_read_well(value: object, text: str) -> None:
    assert cell(value) == text


def test_off_a_terminal_progress_is_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="mbats"), progress("Importing", total=10) as advance:
        advance(4)
        advance(6)
    assert [entry.getMessage() for entry in caplog.records] == ["Importing: started", "Importing: done"]
    assert vars(caplog.records[1])["done"] == 10


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_waited_for_shows_on_a_terminal_only(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with waiting("Asking the account"):
        pass
    told = capsys.readouterr()
    assert ("Asking the account ..." in told.err) is terminal
    assert not told.out


def test_the_next_step_keeps_out_of_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    next_step("mbats report latest")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "Next: mbats report latest\n")


ROWS = [("EUR_USD", 74_439, "missing bars and a few other things that the calendar knows of", "f60c90eae9b4")]


def printed(capsys: pytest.CaptureFixture[str], width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    console().print(table(["symbol", "bars held", "meaning", "snapshot"], ROWS, optional=["snapshot", "bars held"]))
    return capsys.readouterr().out


def test_on_a_narrow_terminal_words_stay_whole_and_texts_wrap(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = printed(capsys, 50, monkeypatch)
    assert all(word in out for word in ("EUR_USD", "bars held", "74,439", "calendar", "snapshot", "f60c90eae9b4"))
    assert "without" not in out
    assert max(map(len, out.splitlines())) <= 50


def test_where_even_that_is_too_wide_optional_columns_are_left_out_and_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = printed(capsys, 32, monkeypatch)
    assert "EUR_USD" in out
    assert "bars held" in out
    assert "f60c90eae9b4" not in out
    assert "without: snapshot" in " ".join(out.split())


def test_nothing_is_lost_on_a_terminal_that_is_far_too_narrow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    console().print(table(["run"], [("f60c90eae9b4f60c90eae9b4",)]))
    assert "".join(capsys.readouterr().out.split()).endswith("f60c90eae9b4f60c90eae9b4")
