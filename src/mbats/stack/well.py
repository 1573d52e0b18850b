"""Ask a service how it is: ``python well.py http|tcp HOST PORT [PATH]`` ends with 0 where it is well.

Like `enter.py` it stands alone, because containers ask it from inside.
"""

import http.client
import socket
import sys

TIMEOUT = 5.0
_REFUSED = 400


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


if __name__ == "__main__":
    kind, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        sys.exit((answers(host, port, sys.argv[4]) if kind == "http" else accepts(host, port)) or 0)
    except OSError as problem:
        sys.exit(str(problem))
