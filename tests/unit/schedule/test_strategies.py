"""Rows that name strategies: what is good becomes a command, what is bad takes itself out and no other."""

import string

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mbats.cli.backtest import run as backtest
from mbats.cli.live import start, stop
from mbats.errors.control import ControlColumnMissing
from mbats.schedule.control import ControlRow, ControlTable
from mbats.schedule.strategies import COLUMNS, judged

GOOD = ("RsiBracket", "paper", "EUR_USD usd/jpy", "", "desk-1", "period=10; upper=75", "*/5 * * * 1-5", "yes")
BACKTEST = ("ModelBracket", "backtest", "EUR_USD", "eurusd@champion", "", "", "", "")


def table(*rows, columns=COLUMNS):
    lines = [ControlRow(n, dict(zip(columns, row, strict=False)), row[len(columns) :]) for n, row in enumerate(rows, 2)]
    return ControlTable("desk.csv", "", columns, tuple(lines))


def changed(row, **cells):
    return tuple(cells.get(column, cell) for column, cell in zip(COLUMNS, row, strict=True))


def test_a_row_becomes_the_command_that_does_it():
    paper, tested = judged(table(GOOD, BACKTEST)).rows
    assert paper.arguments == [
        *("live", "start", "RsiBracket", "--symbol=EUR_USD", "--symbol=USD_JPY", "--timeframe=H1"),
        *("--param=period=10", "--param=upper=75", "--venue=paper", "--account=desk-1"),
        *("--name=rsibracket-paper-eur_usd-usd_jpy-h1", "--unless-there"),
    ]
    assert paper.schedule == "*/5 * * * 1-5"
    assert tested.arguments == [
        *("backtest", "run", "ModelBracket", "--symbol=EUR_USD", "--timeframe=H1", "--param=model=eurusd@champion")
    ]


def test_a_session_whose_row_is_not_enabled_is_ended_and_real_money_must_be_asked_for():
    (row,) = judged(table(changed(GOOD, enabled="no"))).rows
    assert row.arguments[:3] == ["live", "stop", "rsibracket-paper-eur_usd-usd_jpy-h1"]
    (row,) = judged(table(changed(GOOD, mode="live"))).rows
    assert {"--live", "--venue=live"} <= set(row.arguments)


@pytest.mark.parametrize(("command", "row"), [(start, GOOD), (backtest, BACKTEST), (stop, changed(GOOD, enabled="no"))])
def test_the_command_line_understands_every_argument(command, row, monkeypatch):
    (wanted,) = judged(table(row)).rows
    monkeypatch.setattr(command, "callback", lambda **told: None)
    done = CliRunner().invoke(command, wanted.arguments[2:])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("strategy", "--version", "is no strategy"),
        ("strategy", "", "is no strategy"),
        ("mode", "sandbox", "write backtest, paper, practice, live"),
        ("instruments", "EURUSD", "is no instrument"),
        ("instruments", " ", "names no instrument"),
        ("instruments", "EUR_USD EUR_USD", "twice"),
        ("model", "; rm -rf /", "is no model"),
        ("account", "Bearer abc/def==", "never a token"),
        ("parameters", "period", "write name=value"),
        ("schedule", "every day", "is no time"),
        ("schedule", "61 * * * *", "is not within 0-59"),
        ("schedule", "0 0 31 2 *", "never comes"),
        ("enabled", "maybe", "is neither yes nor no"),
    ],
)
def test_a_bad_row_takes_itself_out_and_says_why(column, cell, said):
    found = judged(table(BACKTEST, changed(GOOD, **{column: cell})))
    assert [row.mode for row in found.rows] == ["backtest"]
    (why,) = found.refused
    assert why.startswith(f"desk.csv, row 3, column {column}: {cell!r} ")
    assert said in why


def test_half_a_row_and_more_cells_than_columns_are_refused():
    found = judged(table(GOOD[:5], (*BACKTEST, "stray"), GOOD))
    assert [row.strategy for row in found.rows] == ["RsiBracket"]
    assert [why.partition(": ")[0] for why in found.refused] == [
        "desk.csv, row 2, column parameters",
        "desk.csv, row 3",
    ]


def test_the_same_row_twice_counts_once_and_a_missing_column_says_so():
    found = judged(table(GOOD, GOOD))
    assert len(found.rows) == 1
    assert "is wanted already by desk.csv, row 2" in found.refused[0]
    with pytest.raises(ControlColumnMissing, match=r"(?s)no column 'mode'; it has strategy.*must be among them"):
        judged(table(columns=("strategy",)))


WORDS = st.text(string.printable, max_size=12) | st.sampled_from([*GOOD, *BACKTEST])


@given(st.lists(st.tuples(*[WORDS] * len(COLUMNS)), max_size=4))
def test_whatever_stands_in_the_cells_is_a_command_without_surprises_or_is_told(rows):
    found = judged(table(*rows, (*GOOD[:-1], "yes")))
    assert len({row.name for row in found.rows}) == len(found.rows)
    for row in found.rows:
        assert row.arguments[0] in {"live", "backtest"}
        assert not [word for word in row.arguments[2:3] if word.startswith("-")]
        assert not [word for word in row.arguments if set(word) & set(";\n`$|&") and "=" not in word]
    assert all(why.startswith("desk.csv, row ") for why in found.refused)
    assert found.rows or found.refused
