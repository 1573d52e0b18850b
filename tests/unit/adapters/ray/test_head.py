"""A Ray head that is not there is noticed at once, not after Ray's own two minutes."""

import socket
import threading
from contextlib import contextmanager

import pytest

from mbats.adapters.ray import head
from mbats.adapters.ray.head import find_head
from mbats.errors.executor import InvalidRayAddress, RayUnreachable


@contextmanager
def listening(answer=None):
    """A port on loopback that says `answer` to whoever greets it; None: accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(1_000)
                if answer is not None:
                    connection.sendall(answer)
                    return
                connection.recv(1_000)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(RayUnreachable, match=rf"{address}: Connection refused.*(?s:.*)ray start --head"):
        find_head(address)


def test_a_port_that_accepts_and_never_answers(monkeypatch):
    monkeypatch.setattr(head, "_PATIENCE", 0.1)
    with listening() as address, pytest.raises(RayUnreachable, match="nothing answered within"):
        find_head(address)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_another_kind_of_server(answer):
    with listening(answer) as address, pytest.raises(RayUnreachable, match="another kind of server"):
        find_head(address)


def test_one_that_answers_in_rays_language():
    with listening(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])) as address:
        find_head(address)


def test_patience_is_well_within_fifteen_seconds():
    assert head._PATIENCE <= 5


@pytest.mark.parametrize(
    "address", ["", "head", "head:", "head:port", ":6379", "ray://head:10001", "head:70000", "h:0"]
)
def test_what_is_no_address(address):
    with pytest.raises(InvalidRayAddress, match="HOST:PORT"):
        find_head(address)
