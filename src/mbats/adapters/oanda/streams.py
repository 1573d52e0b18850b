"""Streams that mend themselves. What they bring is a wake-up only: a venue never replays what a gap swallowed."""

from __future__ import annotations

import asyncio
import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx

from mbats.adapters.oanda.feed import quote
from mbats.adapters.oanda.timing import Backoff

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mbats.adapters.oanda.client import Client
    from mbats.live.feed import LiveQuote

logger = logging.getLogger("mbats.oanda")

CONNECTED, HEARTBEAT = "CONNECTED", "HEARTBEAT"
_SHORTEST_WAIT, _LONGEST_WAIT = 1.0, 60.0


class Stream:
    """The messages of one stream, endlessly: a silent or broken one is opened again, after growing waits.

    Each stream watches over itself: one may die while another lives. A message of type ``CONNECTED`` comes after every
    opening: whatever happened before it was not heard.
    """

    def __init__(self, client: Client, path: str, params: dict[str, str] | None = None) -> None:
        self._client, self._path, self._params = client, path, params or {}
        self._name = path.rsplit("/", 2)[-2]
        self.heard_at: float | None = None
        """When the last byte came, by the client's `Timing.monotonic`; None: never yet."""

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Yield messages, heartbeats included.

        Raises
        ------
        mbats.errors.broker.WrongToken, ForbiddenAccount, RequestRefused
            What no other attempt mends.
        """
        backoff = Backoff(self._client.timing, _SHORTEST_WAIT, _LONGEST_WAIT)
        while True:
            try:
                async for message in self._once():
                    if message.get("type") == HEARTBEAT:
                        backoff.reset()
                    yield message
                why = "the venue ended it"
            except httpx.HTTPError as error:
                why = repr(error)
            logger.warning("stream lost, opening it again", extra={"stream": self._name, "why": why})
            await backoff.wait()

    async def _once(self) -> AsyncIterator[dict[str, Any]]:
        async with self._client.stream(self._path, self._params) as response:
            if refusal := self._client.refusal(self._path, response):
                raise refusal
            response.raise_for_status()
            yield {"type": CONNECTED}
            async for line in response.aiter_lines():
                self.heard_at = self._client.timing.monotonic()
                if message := _message(line):
                    yield message


class TransactionStream(Stream):
    """News of the account: raw transactions and heartbeats with the last id. Read the log after each."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, f"{client.access.account_path}/transactions/stream")


class PriceStream(Stream):
    """Prices of some instruments, four a second at most. Heartbeats without prices are a closed market, no fault."""

    def __init__(self, client: Client, instruments: Sequence[str]) -> None:
        asked = {"instruments": ",".join(instruments), "snapshot": "true"}
        super().__init__(client, f"{client.access.account_path}/pricing/stream", asked)

    async def quotes(self) -> AsyncIterator[LiveQuote]:
        """Yield prices that can be traded at; those of a halted market, and lines that are no price, are dropped."""
        async for message in self.messages():
            if message.get("type") != "PRICE":
                continue
            try:
                price = quote(message, {})
            except (KeyError, TypeError, IndexError):
                logger.warning("a price that cannot be read", extra={"stream": self._name})
                continue
            if price.tradeable:
                yield price


async def wake(stream: Stream, event: asyncio.Event) -> None:
    """Set `event` at whatever the stream brings, heartbeats apart; runs until cancelled."""
    async for message in stream.messages():
        if message.get("type") != HEARTBEAT:
            event.set()


def _message(line: str) -> dict[str, Any] | None:
    """Return one line's object; a line that was cut or garbled is passed over, for the log tells all in the end."""
    if not line.strip():
        return None
    try:
        message = json.loads(line, parse_float=Decimal)
    except ValueError:
        logger.warning("a line of a stream that cannot be read", extra={"line": line[:80]})
        return None
    return message if isinstance(message, dict) else None
