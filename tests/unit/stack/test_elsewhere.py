"""Where another object store was brought along, the service `objects` is as well as that one."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from mbats.stack.elsewhere import stand_in


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(403)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def served():
    running = []

    def serve(server):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def test_it_is_well_while_the_other_answers_be_it_with_a_refusal(served):
    other = served(ThreadingHTTPServer(("127.0.0.1", 0), Refusing))
    health = served(stand_in(other, "127.0.0.1", 0)) + "/healthz"
    assert urlopen(health).status == 200


def test_it_is_unwell_when_nobody_is_there(served):
    health = served(stand_in("http://127.0.0.1:1", "127.0.0.1", 0)) + "/healthz"
    with pytest.raises(HTTPError) as asked:
        urlopen(health)
    assert asked.value.code == 503


def test_it_becomes_the_own_store_where_none_was_brought_along(monkeypatch):
    monkeypatch.delenv("MBATS_S3_URL", raising=False)
    command = [sys.executable, "-m", "mbats.stack.elsewhere", "127.0.0.1", "9000", "echo", "weed", "mini"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "weed mini\n"
