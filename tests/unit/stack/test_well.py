"""PostgreSQL accepts connections before it has recovered, and says so with SQLSTATE 57P03 (cannot_connect_now)."""

import socket
from threading import Thread

import pytest

from mbats.stack.well import serves

STARTING = b"E\0\0\0\x50SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
PASSWORD = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"


@pytest.mark.parametrize(
    ("said", "trouble"), [(PASSWORD, ""), (STARTING, "it is not letting anybody in yet"), (b"", "it hung up")]
)
def test_a_database_is_well_when_it_asks_for_a_password(said, trouble):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(1024))
                connection.sendall(said)

        thread = Thread(target=answer)
        thread.start()
        assert serves("127.0.0.1", server.getsockname()[1], "mbats_admin") == trouble
        thread.join()
    assert heard == [b"\0\0\0\x2c\0\x03\0\0user\0mbats_admin\0database\0postgres\0\0"]
