"""Ask a service how it is: ``python well.py http|tcp|postgres HOST PORT PATH`` ends with 0 where it is well.

Like `enter.py` it stands alone, because containers ask it from inside.
"""

import http.client
import socket
import struct
import sys

TIMEOUT = 5.0
_REFUSED = 400
_PROTOCOL = 3 << 16
_NOT_NOW = b"57P03"


def answers(host: str, port: int, path: str) -> str:
    """Return what is wrong with a GET of `path`; empty: nothing. Raises OSError where nobody listens."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except http.client.HTTPException as problem:
        return f"it does not speak HTTP: {type(problem).__name__}"
    finally:
        connection.close()
    return "" if status < _REFUSED else f"{path} answers {status}"


def accepts(host: str, port: int) -> str:
    """Return nothing where a port accepts a connection. Raises OSError where it does not."""
    with socket.create_connection((host, port), timeout=TIMEOUT):
        return ""


def serves(host: str, port: int, role: str) -> str:
    """Return what keeps a PostgreSQL server from asking `role` for its password; empty: nothing.

    Its port accepts connections before it has recovered (https://www.postgresql.org/docs/current/protocol-flow.html).
    """
    words = b"user\0%s\0database\0postgres\0\0" % role.encode()
    with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
        connection.sendall(struct.pack("!ii", 8 + len(words), _PROTOCOL) + words)
        answer = connection.recv(1024)
    if not answer:
        return "it hung up"
    return "it is not letting anybody in yet" if _NOT_NOW in answer else ""


def wrong(kind: str, host: str, port: int, path: str) -> str:
    """Return what is wrong with a service; empty: nothing."""
    try:
        if kind == "http":
            return answers(host, port, path)
        return serves(host, port, path) if kind == "postgres" else accepts(host, port)
    except OSError as problem:
        return str(problem) or type(problem).__name__


if __name__ == "__main__":
    kind, host, port, path = sys.argv[1:]
    sys.exit(wrong(kind, host, int(port), path) or 0)
