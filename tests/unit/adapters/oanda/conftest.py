import pytest

from fakes.v20 import ACCOUNT, TOKEN, FakeV20, NoTime
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.client import Client


@pytest.fixture
def server():
    return FakeV20()


@pytest.fixture
def timing():
    return NoTime()


@pytest.fixture
def access():
    return Access.at("paper", TOKEN, ACCOUNT, "http://127.0.0.1:9")


@pytest.fixture
def client(server, access, timing):
    return Client(access, server.transport(), timing)
