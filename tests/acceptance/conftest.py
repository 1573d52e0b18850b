"""The stack that is accepted, whichever launcher brought it up, and the doors to it.

STACK_HOME names the MBATS_HOME of a stack that runs already, with the market below on its exchange; without it one is
started in a scratch home, and stopped in the end. LAUNCHER is ``native`` (the default) or ``compose``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import pytest

from acceptance.airflow import Airflow
from acceptance.compose import ComposeStack
from acceptance.native import NativeStack
from acceptance.story import Story
from acceptance.superset import Superset
from acceptance.waiting import until

LAUNCHERS = {"native": NativeStack, "compose": ComposeStack}
MARKET = {
    "MBATS_EXCHANGE_MARKET": "planted",
    "MBATS_EXCHANGE_SYMBOLS": "EUR_USD,AUD_USD,NZD_USD",
    "MBATS_EXCHANGE_TIMEFRAME": "M1",
    "MBATS_EXCHANGE_START": "2025-02-10",
    "MBATS_EXCHANGE_SIGNAL": "0.25",
    "MBATS_EXCHANGE_CLOCK": "30",
}
"""A signal strong enough to earn its costs on minute bars, and a clock that brings a bar every two seconds."""
TIMETABLES = {"market_data", "data_quality", "retraining", "kill_switch_drill", "strategies", "backup"}
PATIENCE = 1_200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the story, which leaves others something to see, and let whoever is first wait for the stack."""
    items.sort(key=lambda item: item.path.name != "test_story.py")
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.fixture(scope="session")
def stack() -> Iterator[Any]:
    """The stack: `address`, `login`, `run`, `up`, `down`, `kill`, `status`, `variables`."""
    kind = LAUNCHERS[os.environ.get("LAUNCHER", "native")]
    if place := os.environ.get("STACK_HOME"):
        yield kind(Path(place), MARKET)
        return
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL does not run as root, and its account has to get in
        own = kind.apart(Path(folder) / "home", MARKET)
        own.home.mkdir()
        try:
            own.up()
            yield own
        finally:
            own.down()
            own.forget()


@pytest.fixture(scope="session")
def airflow(stack: Any) -> Airflow:
    """Airflow, logged in, once it has read its timetables: a new one is well before it has."""
    opened = Airflow(stack.address("airflow"), *stack.login("airflow"))
    until(lambda: opened.timetables() >= TIMETABLES, 300, "the timetables")
    return opened


@pytest.fixture(scope="session")
def superset(stack: Any) -> Superset:
    """Superset, logged in."""
    return Superset(stack.address("superset"), *stack.login("superset"))


@pytest.fixture(scope="session")
def objects(stack: Any) -> Any:
    """The object store, as any S3 client sees it."""
    key, secret = stack.login("objects")
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret, "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=stack.address("objects"), **keys)


@pytest.fixture(scope="session")
def story(stack: Any, airflow: Airflow, superset: Superset, objects: Any) -> Story:
    """What the steps of the story do."""
    return Story(stack, airflow, superset, objects)


@pytest.fixture(scope="session")
def downloaded(story: Story) -> Any:
    """The bars of three pairs are in the securities master: the run of the timetable that brought them."""
    return story.download()


@pytest.fixture(scope="session")
def promoted(story: Story, downloaded: Any) -> Any:
    """A model is champion: the run of the timetable that trained it."""
    assert downloaded.state == "success"
    return story.retrain()


@pytest.fixture(scope="session")
def trading(story: Story, promoted: Any) -> Any:
    """A session trades the champion: the run of the timetable that asked for it."""
    assert promoted.state == "success"
    return story.start()


@pytest.fixture(scope="session")
def traded(story: Story, trading: Any) -> dict[str, Any]:
    """A trade of the session that is closed, as `mbats why` lists it: browser tests have something to see now."""
    assert trading.state == "success"
    return story.first_trade()
