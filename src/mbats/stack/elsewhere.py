"""Become the stack's own object store, or stand in for it where another was brought along.

``python -m mbats.stack.elsewhere HOST PORT COMMAND...`` becomes COMMAND, unless ``MBATS_S3_URL`` names another server.
Then it tells at /healthz whether that one answers, so that everybody goes on waiting for the service `objects`.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

_PATIENCE = 5


def answers(url: str) -> bool:
    """Tell whether a server answers, be it with a refusal."""
    try:
        urlopen(url, timeout=_PATIENCE).close()  # noqa: S310 - the address that the stack's owner gave
    except HTTPError as refused:
        refused.close()
    except (URLError, OSError):
        return False
    return True


def stand_in(url: str, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that is as well as the one at `url`."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer whoever asks, whatever the path."""
            self.send_response(200 if answers(url) else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet: it is asked every few seconds."""

    return ThreadingHTTPServer((host, port), Health)


if __name__ == "__main__":
    host, port, *command = sys.argv[1:]
    if url := os.environ.get("MBATS_S3_URL"):
        stand_in(url, host, int(port)).serve_forever()
    os.execvp(command[0], command)  # noqa: S606 - to become it is the point
