"""The service on a port of this machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from mbats.errors.serving import ServingPortTaken
from mbats.serving.application import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.serving.follower import Follower

HOST = "127.0.0.1"
_KEPT_ALIVE = 75
_GRACE = 5
_BACKLOG = 512


class ModelServer:
    """A model behind a port on loopback; the port is bound at once, and nothing is answered before `run`.

    Parameters
    ----------
    port
        0: any free one.

    Raises
    ------
    ServingPortTaken
    """

    def __init__(self, follower: Follower, *, token: str | None = None, port: int = 0) -> None:
        self._socket = _bound(port)
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(follower, token),
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEPT_ALIVE,
                timeout_graceful_shutdown=_GRACE,
            )
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM, or until `stop`; requests under way are answered first."""
        ready()
        self._server.run([self._socket])

    def stop(self) -> None:
        """Let `run` return soon."""
        self._server.should_exit = True


def _bound(port: int) -> socket.socket:
    # asyncio sends small packets at once only on sockets that say they are TCP: else each reply waits 40 ms for an ACK.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise ServingPortTaken(port=port, why=error.strerror) from None
    bound.listen(_BACKLOG)
    return bound
