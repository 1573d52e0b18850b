"""What goes away while a timetable runs is missed, not fatal: it comes back, and the run ends well by itself."""

import pytest

from acceptance.story import LEARNT_FROM, workbook
from acceptance.waiting import until
from fixtures.hook import listening
from mbats.bootstrap.scheduling import MARKET_DATA, STRATEGIES

ROWS = [["instrument", "vendor", "start", "enabled"], ["EUR_USD", "paper", LEARNT_FROM, "yes"]]


def well(stack, *services):
    status = stack.status()
    return all(status[name]["well"] for name in services or status)


def test_the_database_dies_while_bars_come_in(stack, story, airflow):
    story.put(MARKET_DATA, workbook(daily=ROWS, minute=ROWS))
    run = airflow.begin("market_data")
    until(lambda: "running" in airflow.task_states("market_data", run, "ingest"), 120, "a download", pause=0.2)
    stack.kill("postgres")
    ended = airflow.ended("market_data", run, patience=900)
    assert ended.state == "success", ended.logs
    until(lambda: well(stack), 300, "the whole stack")


def test_the_object_store_is_away_when_a_control_file_is_read(stack, story, airflow):
    story.put(MARKET_DATA, workbook(daily=ROWS))
    stack.down("objects")
    run = airflow.begin("market_data")
    until(lambda: airflow.task_states("market_data", run, "rows") == ["up_for_retry"], 180, "another attempt")
    stack.up("objects")
    ended = airflow.ended("market_data", run, patience=600)
    assert ended.state == "success", ended.logs
    assert [task["try_number"] for task in ended.tasks if task["task_id"] == "rows"] == [2]


@pytest.fixture
def told(stack):
    """What the people are told whose address is in the stack's file; they listen on this machine's loopback."""
    if stack.LAUNCHER == "compose":
        pytest.skip("containers do not see this machine's loopback")
    file = stack.home / "alerts.txt"
    before = file.read_text()
    with listening() as (place, heard):
        file.write_text(f"json://{place}/\n")
        yield heard
        file.write_text(before)


def test_people_are_told_of_a_task_that_failed_with_row_remedy_and_log(story, airflow, told):
    story.put(STRATEGIES, b"strategy,mode,instruments,model,account,parameters,schedule,enabled\nRsiBracket,sometimes")
    assert airflow.run("strategies", patience=300).states("refuse") == ["failed"]
    [letter] = until(lambda: told, 60, "a letter")
    assert "refuse of strategies failed" in letter["message"]
    assert "row 2, column mode: 'sometimes' is no mode: write backtest, paper, practice, live" in letter["message"]
    assert "/dags/strategies/runs/" in letter["message"]
