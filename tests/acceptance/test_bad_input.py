"""What people get wrong in control files: each row that cannot be used is told, and the others have their turn."""

from datetime import date

import pytest

from acceptance.story import COLUMNS, workbook
from mbats.bootstrap.scheduling import MARKET_DATA, STRATEGIES

SINCE = date(2025, 2, 3)
HEAD = ["instrument", "vendor", "start", "enabled"]
DAILY = [
    HEAD,
    ["EUR_USD", "paper", SINCE, "yes"],
    ["AUD_USD", "paper", "early in 2025", "yes"],
    ["NZD_USD", "nobody", SINCE, "yes"],
    ["EUR_USD", "paper", SINCE, "yes"],
    ["XAU_USD", "paper", SINCE, "yes"],
    [None, None, None, None],
    ["Euro", "paper", SINCE, "perhaps"],
]
MINUTE = [["instrument", "from"], ["EUR_USD", SINCE]]
TOLD = (
    "tab daily, row 3, column start: 'early in 2025' is no date: write 2024-01-01",
    "tab daily, row 4, column vendor: 'nobody' is nobody to download from: there is oanda, paper",
    "tab daily, row 5, column instrument: 'EUR_USD' is wanted already by",
    "tab daily, row 8, column instrument: 'Euro' is no instrument: write EUR_USD",
    "tab daily, row 8, column enabled: 'perhaps' is neither yes nor no",
    "tab minute",
)


@pytest.fixture(scope="module")
def faulty(story, airflow):
    story.put(MARKET_DATA, workbook(daily=DAILY, minute=MINUTE))
    return airflow.run("market_data", patience=900)


@pytest.mark.parametrize("words", TOLD)
def test_a_row_that_cannot_be_used_is_told_with_its_place_and_remedy(faulty, words):
    assert faulty.states("refuse") == ["failed"]
    assert words in faulty.log("refuse")


def test_the_other_rows_run_and_an_instrument_that_nobody_knows_fails_alone(faulty):
    assert faulty.state == "failed"
    assert faulty.states("ingest") == ["success", "failed"]
    assert "XAU_USD" in faulty.log("ingest", 1)
    assert {task["try_number"] for task in faulty.tasks if task["task_id"] == "ingest"} == {1}


def test_half_a_file_says_so_and_what_to_do(story, airflow):
    whole = workbook(daily=DAILY)
    story.put(MARKET_DATA, whole[: len(whole) // 2])
    run = airflow.run("market_data", patience=600)
    assert (run.states("rows"), run.state) == (["failed"], "failed")
    assert MARKET_DATA.rpartition("/")[2] in run.log("rows")


def test_a_bad_row_of_a_strategy_leaves_the_other_rows_alone(story, airflow):
    rows = [
        COLUMNS,
        "RsiBracket,backtest,EUR_USD,,,,@daily,no,quiet,D",
        "RsiBracket,sometimes,EUR_USD,,,,@daily,yes,odd,D",
        "RsiBracket,backtest,EUR_USD",
    ]
    story.put(STRATEGIES, "\n".join(rows).encode())
    run = airflow.run("strategies", patience=600)
    assert (run.states("read"), run.states("refuse")) == (["success"], ["failed"])
    assert "row 3, column mode: 'sometimes' is no mode: write backtest, paper, practice, live" in run.log("refuse")
    assert "row 4, column model: None is missing: the row ends before it" in run.log("refuse")
