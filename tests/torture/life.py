"""A process's life: it counts calls of the ports, and ends hard before or after the one that is its last."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx

from mbats.execution.broker import Fate
from torture.schedule import AFTER, BEFORE, TIMEOUT, Death

if TYPE_CHECKING:
    from collections.abc import Callable


STREAM_TIMEOUT = 1.5


class Life:
    """Ends the process at `death`, as if its power had failed; `last` is called with the death before.

    `unsure` is set by replies that do not tell what became of an instruction.
    """

    def __init__(self, death: Death | None, last: Callable[[Any], None]) -> None:
        self.unsure = False
        self._death, self._last = death, last
        self._calls: Counter[str] = Counter()

    def count(self, call: str) -> None:
        """Count a call, and end before it if it is time."""
        self._calls[call] += 1
        self._end(call, BEFORE)

    def survived(self, call: str) -> None:
        """End after a call if it is time."""
        self._end(call, AFTER)

    def _end(self, call: str, half: str) -> None:
        if self._death == Death(call, self._calls[call], half):
            self._last(self._death)
            os._exit(77)


class Mortal:
    """Stands before a port and counts its calls, `calls` of them."""

    def __init__(self, port: Any, life: Life, *calls: str) -> None:
        self._port, self._life, self._mortal = port, life, calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        return Call(real, self._life, name) if name in self._mortal else real


class Call:
    """One call of a port that takes its time, or does not."""

    def __init__(self, real: Callable[..., Any], life: Life, name: str) -> None:
        self._real, self._life, self._name = real, life, name

    def __call__(self, *given: Any) -> Any:
        self._life.count(self._name)
        answer = self._real(*given)
        if hasattr(answer, "__await__"):
            return self._awaited(answer)
        self._life.survived(self._name)
        return answer

    async def _awaited(self, answer: Any) -> Any:
        result = await answer
        self._life.survived(self._name)
        self._life.unsure = self._life.unsure or getattr(result, "fate", Fate.DONE) in {Fate.UNKNOWN, Fate.NOT_SENT}
        return result


class Impatient(httpx.AsyncBaseTransport):
    """The network, without patience; requests are calls like others."""

    def __init__(
        self, real: httpx.AsyncBaseTransport, life: Life | None = None, timeout: float | None = TIMEOUT
    ) -> None:
        self._real, self._life, self._timeout = real, life, timeout

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._timeout:
            longest = STREAM_TIMEOUT if request.url.path.endswith("/stream") else self._timeout
            usual = request.extensions["timeout"]
            request.extensions["timeout"] = {name: min(longest, usual[name] or 60) for name in usual}
        if not self._life:
            return await self._real.handle_async_request(request)
        self._life.count("request")
        response = await self._real.handle_async_request(request)
        self._life.survived("request")
        return response

    async def aclose(self) -> None:
        await self._real.aclose()


class Hasty:
    """Implements `mbats.adapters.oanda.timing.Timing`: waits a fiftieth."""

    def __init__(self, timing) -> None:
        self._timing = timing
        self.monotonic, self.share = timing.monotonic, timing.share

    async def sleep(self, seconds: float) -> None:
        await self._timing.sleep(seconds / 50)
