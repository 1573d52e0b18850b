"""The version in force, exchanged in one step when its alias moves."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from mbats.errors.base import MbatsError

if TYPE_CHECKING:
    from mbats.serving.served import Served, Source

logger = logging.getLogger(__name__)


class Follower:
    """Holds what answers; a request takes `served` once and keeps to it, so that none sees two versions.

    Parameters
    ----------
    source
        Asked in a thread of its own: reading a version never holds a request up.
    every
        Seconds between two looks.
    """

    def __init__(self, source: Source, every: float) -> None:
        first = source.newer("")
        assert first is not None
        self.served: Served = first
        self._source, self._every, self._trouble = source, every, ""

    async def follow(self) -> None:
        """Look again and again; whatever stands against it, the version in force goes on answering."""
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> None:
        """Take over the version that the alias points to now."""
        try:
            newer = await asyncio.to_thread(self._source.newer, self.served.id)
        except MbatsError as trouble:
            self._note(str(trouble))
            return
        if self._trouble:
            logger.info("the registry answers again")
        self._trouble = ""
        if newer is not None:
            logger.info("%s answers from now on, no longer %s", newer.reference, self.served.reference)
            self.served = newer

    def _note(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning("%s goes on answering: %s", self.served.reference, trouble)
        self._trouble = trouble
