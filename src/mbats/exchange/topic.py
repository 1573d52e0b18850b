"""Fan-out inside one process: what is published reaches every subscription, and nobody waits for a slow one."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from mbats.errors.exchange_streams import ReaderTooSlow

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = TypeVar("Item")


class Subscription(Generic[Item]):
    """What one listener has not heard yet, in order; holds at most `limit` items."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Item] = deque()
        self._something = asyncio.Event()
        self._overrun = False

    async def batch(self, seconds: float) -> list[Item]:
        """Return all that waits, as soon as there is anything; nothing after so many `seconds`.

        Raises
        ------
        mbats.errors.exchange_streams.ReaderTooSlow
            More was published than the limit: some of it is lost to this listener.
        """
        if not self._something.is_set():
            await self._wait(seconds)
        if self._overrun:
            raise ReaderTooSlow(limit=self._limit)
        self._something.clear()
        items = list(self._waiting)
        self._waiting.clear()
        return items

    def offer(self, item: Item) -> None:
        """Append `item`; from the first one too many on, keep nothing."""
        if self._overrun:
            return
        if len(self._waiting) == self._limit:
            self._overrun = True
            self._waiting.clear()
        else:
            self._waiting.append(item)
        self._something.set()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._something.wait()
        except TimeoutError:
            return


class Topic(Generic[Item]):
    """A subject that many listen to, each with a queue of its own."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription[Item]] = set()

    def __len__(self) -> int:
        return len(self._subscriptions)

    def publish(self, item: Item) -> None:
        """Hand `item` to every subscription; never waits."""
        for subscription in self._subscriptions:
            subscription.offer(item)

    @contextmanager
    def subscription(self, limit: int = 10_000) -> Iterator[Subscription[Item]]:
        """Listen for as long as the block lasts, to what is published from now on."""
        subscription = Subscription[Item](limit)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
