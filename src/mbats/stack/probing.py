"""Whether a service is well, asked from outside as its users would."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.stack.service import Probe

if TYPE_CHECKING:
    from mbats.stack.service import Health

_TIMEOUT = 5.0
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found: well, or why not."""

    well: bool
    detail: str = ""


def probe(health: Health, port: int | None) -> Finding:
    """Ask a service on this machine's loopback how it is; one without a port is judged by its process alone."""
    if health.probe is Probe.PROCESS or port is None:
        return Finding(well=True)
    try:
        return _asked(health.path, port) if health.probe is Probe.HTTP else _connected(port)
    except (OSError, http.client.HTTPException) as problem:
        return Finding(well=False, detail=str(problem) or type(problem).__name__)


def taken(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine's loopback."""
    try:
        return _connected(port).well
    except OSError:
        return False


def _asked(path: str, port: int) -> Finding:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    finally:
        connection.close()
    return Finding(well=status < _REFUSED, detail="" if status < _REFUSED else f"{path} answers {status}")


def _connected(port: int) -> Finding:
    with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT):
        return Finding(well=True)
