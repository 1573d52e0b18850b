"""The story that the platform is for, through the interfaces that people use: each test shows one step of it."""

import httpx
import pytest

from acceptance.story import MODEL, PAIRS, SESSION


def test_an_excel_file_in_the_object_store_makes_airflow_download_and_check_bars(story, downloaded):
    assert downloaded.state == "success", downloaded.logs
    assert downloaded.states("ingest") == downloaded.states("check") == ["success"] * 6
    bars = story.answer("data", "list")["bars"]
    held = {(one["key"]["symbol"], one["key"]["timeframe"]): one["rows"] for one in bars}
    for pair in PAIRS:
        assert held[pair, "M1"] > 10_000
        assert held[pair, "D"] >= 9


def test_retraining_makes_a_champion_whose_artefact_lies_in_the_object_store(stack, story, promoted):
    assert promoted.state == "success", promoted.logs
    with httpx.Client(base_url=stack.address("mlflow"), auth=stack.login("mlflow"), trust_env=False) as mlflow:
        asked = {"name": MODEL, "alias": "champion"}
        champion = mlflow.get("/api/2.0/mlflow/registered-models/alias", params=asked).raise_for_status().json()
    newest = story.versions()[-1]
    assert newest["model"] == f"{MODEL}/{champion['model_version']['version']}"
    assert "champion" in newest["aliases"]
    assert [key for key in story.stored("models/") if newest["id"] in key]


def test_a_row_of_the_csv_file_starts_a_session_that_trades_the_champion(story, trading):
    assert trading.state == "success", trading.logs
    assert {task["task_id"] for task in trading.tasks} == {"ask", "watch"}
    assert story.session()["condition"] == "running"


def test_its_orders_are_on_the_dashboard_while_it_trades(superset, traded):
    orders = superset.rows("orders of sessions", ["instrument", "role", "state"], session=SESSION)
    assert {order["role"] for order in orders} >= {"entry"}
    assert {order["instrument"] for order in orders} <= set(PAIRS)


def test_a_trade_says_why_it_was_made_and_names_the_model(story, traded):
    told = story.answer("why", traded["reference"])
    assert story.versions()[-1]["model"] in str(told)


def test_its_trades_are_on_the_dashboard(superset, traded):
    trades = superset.rows("trades", ["why", "instrument", "strategy", "net"], strategy="ModelBracket")
    [mine] = [trade for trade in trades if trade["why"] == f"mbats why {traded['reference']}"]
    assert mine["instrument"] == traded["instrument"]
    assert mine["net"] == pytest.approx(float(traded["net"]), abs=0.01)


def test_a_row_that_is_not_enabled_ends_the_session(story, traded):
    assert traded
    ended = story.stop()
    assert ended.state == "success", ended.logs
    assert story.session()["wanted"] == "stop"
