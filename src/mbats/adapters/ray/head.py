"""Whether a Ray head is where it is said to be: Ray itself waits for two minutes before it gives up."""

from __future__ import annotations

import socket

from mbats.errors.executor import InvalidRayAddress, RayUnreachable

_PATIENCE = 5.0
# The head speaks gRPC, so HTTP/2: each side begins with a frame of settings (RFC 9113, section 3.4).
_SETTINGS = 4
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, _SETTINGS, 0, 0, 0, 0, 0])
_FRAME_HEADER = 9


def find_head(address: str) -> None:
    """Return when something that speaks Ray's language answers at `address`.

    Raises
    ------
    InvalidRayAddress, RayUnreachable
    """
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise InvalidRayAddress(address=address)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE) as connection:
            connection.sendall(_GREETING)
            answer = connection.recv(_FRAME_HEADER)
    except TimeoutError:
        raise RayUnreachable(address=address, cause=f"nothing answered within {_PATIENCE:.0f} seconds") from None
    except OSError as error:
        raise RayUnreachable(address=address, cause=error.strerror or error) from error
    if answer[3:4] != bytes([_SETTINGS]):
        raise RayUnreachable(address=address, cause="another kind of server answered")
