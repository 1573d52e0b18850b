"""How time passes for a session: by the clock and by news, or turn by turn."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from mbats.adapters.oanda.client import STEP_SECONDS
from mbats.adapters.oanda.streams import TransactionStream, wake
from mbats.adapters.oanda.timing import Backoff
from mbats.adapters.oanda.wire import integer, moment
from mbats.errors.broker import MalformedAnswer, VenueUnreachable, WrongToken

if TYPE_CHECKING:
    from datetime import datetime

    from mbats.adapters.oanda.client import Client
    from mbats.adapters.oanda.timing import Timing
    from mbats.clock import Clock

_TURN_WAIT = 60.0
_ATTEMPTS = 6


class WallPace:
    """Implements `mbats.live.feed.Pace`: a clock, and news from the account that come before the deadline.

    Parameters
    ----------
    clock
        The venue's time.
    speed
        Seconds of the venue in one of ours: above one on an accelerated paper exchange.
    """

    def __init__(self, client: Client, clock: Clock, speed: float = 1.0) -> None:
        self._clock, self._speed = clock, speed
        self._stream = TransactionStream(client)
        self._news = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> WallPace:
        self._listening = asyncio.create_task(wake(self._stream, self._news))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def now(self) -> datetime:
        """Return the venue's present moment."""
        return self._clock.now()

    async def next(self, latest: datetime) -> bool:
        """Return at news or at `latest`; True: the real world has no last turn.

        Raises
        ------
        mbats.errors.broker.WrongToken, ForbiddenAccount
            The stream was refused for good.
        """
        left = (latest - self.now()).total_seconds() / self._speed
        try:
            async with asyncio.timeout(max(left, 0.0)):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        if self._listening and self._listening.done():
            self._listening.result()
        return True


class TurnPace:
    """Implements `mbats.live.feed.Pace` on a stepped paper exchange: it stands still until every participant is done.

    Parameters
    ----------
    url, token
        Of the exchange's admin port.
    name
        Of this participant; two need two names.
    """

    def __init__(
        self,
        url: str,
        token: str,
        name: str,
        *,
        after: int,
        timing: Timing,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url, self._name, self._time, self._timing = url, name, after, timing
        self._finished = 0
        headers = {"Authorization": f"Bearer {token}"}
        timeout = httpx.Timeout(STEP_SECONDS, read=_TURN_WAIT)
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=timeout, transport=transport, trust_env=False
        )

    async def __aenter__(self) -> TurnPace:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(self._http.delete(f"/v1/turns/{self._name}"), return_exceptions=True)
        await self._http.aclose()

    def now(self) -> datetime:
        """Return the time of the present turn."""
        return moment(self._time)

    async def next(self, latest: datetime) -> bool:  # noqa: ARG002 - a turn comes at each bar's end, none is missed
        """Finish the present turn and return at the next; False: there is none.

        Raises
        ------
        mbats.errors.broker.VenueUnreachable, MalformedAnswer, WrongToken
        """
        turn = await self._turn()
        self._time = self._finished = integer(turn.get("time"))
        return not turn.get("done")

    async def _turn(self) -> dict[str, object]:
        """Ask until there is a turn: the same question twice is the same turn, so a lost answer may be asked again."""
        backoff = Backoff(self._timing, first=0.2, longest=5.0)
        failures, why = 0, ""
        while failures < _ATTEMPTS:
            try:
                response = await self._http.post("/v1/turns", json={"name": self._name, "after": str(self._finished)})
            except httpx.HTTPError as error:
                failures, why = failures + 1, repr(error)
                await backoff.wait()
                continue
            if response.status_code != httpx.codes.NO_CONTENT:
                return self._read(response)
        raise VenueUnreachable(url=self._url, why=why)

    def _read(self, response: httpx.Response) -> dict[str, object]:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise WrongToken(url=self._url)
        try:
            turn = response.json()
        except ValueError:
            turn = None
        if not (isinstance(turn, dict) and integer(turn.get("time"))):
            raise MalformedAnswer(url=self._url, path="/v1/turns", why=f"HTTP {response.status_code}, no turn")
        return turn
