"""A plain client of the paper exchange, for tests: JSON over one kept connection."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class Client:
    """Requests with a bearer token; returns status and body."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        content = json.dumps(body) if body is not None else None
        self._connection.request(method, path, content, self._headers)
        reply = self._connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None

    def get(self, path: str) -> Any:
        status, body = self.ask("GET", path)
        assert status == 200, body
        return body

    def turn(self, name: str, after: str) -> Any:
        """Finish a turn and wait for the next one."""
        while True:
            status, body = self.ask("POST", "/v1/turns", {"name": name, "after": after})
            if status != 204:
                assert status == 200, body
                return body
