from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.database import UnknownBars
from mbats.market.timeframe import Alignment
from mbats.pipelines.download.plan import Window, windows
from mbats.pipelines.ingest import judged
from mbats.secmaster.keys import BarKey
from mbats.secmaster.moments import moment
from mbats.secmaster.repository import IngestionSource
from mbats.secmaster.validation import refuse_impossible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.market.columns import TimeColumn
    from mbats.market.instrument import Instrument
    from mbats.pipelines.download.source import BarSource
    from mbats.schedule.downloads import Download
    from mbats.secmaster.bar_table import BarTable
    from mbats.secmaster.repository import IngestionCount, SecurityMaster

_SETS_AT_ONCE = 4
_PAGES_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One set of bars and the pages that it lacks."""

    download: Download
    instrument: Instrument
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What became of one set of bars; the three counts add up to `read`."""

    key: BarKey
    pages: int = 0
    read: int = 0
    inserted: int = 0
    revised: int = 0
    unchanged: int = 0
    flagged: int = 0

    def and_page(self, count: IngestionCount | None) -> Downloaded:
        """Return the sum with one page more; None: the vendor had no bars there."""
        if count is None:
            return replace(self, pages=self.pages + 1)
        return Downloaded(
            self.key,
            self.pages + 1,
            self.read + count.read,
            self.inserted + count.inserted,
            self.revised + count.revised,
            self.unchanged + count.unchanged,
            self.flagged + count.flagged,
        )


async def plan(
    source: BarSource, master: SecurityMaster, downloads: Sequence[Download], *, refresh: int = 10
) -> list[Task]:
    """Return what is lacking of each download, in their order; one question to the vendor for each.

    Raises
    ------
    mbats.errors.base.MbatsError
        The vendor does not know an instrument, or does not answer.
    """
    known = await source.instruments([download.symbol for download in downloads])
    now = await source.now()
    tasks = []
    for download in downloads:
        wanted = (download.symbol, download.timeframe, download.start)
        first = await source.first(*wanted) if download.start < now else None
        held = _held(master, _key(source, download), download.start)
        span = (
            ()
            if first is None
            else windows(held, first, now, download.timeframe, page=source.page_bars, refresh=refresh)
        )
        tasks.append(Task(download, known[download.symbol], span))
    return tasks


async def fetch(
    source: BarSource,
    master: SecurityMaster,
    tasks: Sequence[Task],
    command: str,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Downloaded]:
    """Fetch, judge and store the pages of all tasks; each page is one transaction and one recorded run.

    Pages are fetched some at a time and stored in the order of the plan, so a run that is killed can simply be
    repeated. `advance` is called with 1 after each page.

    Raises
    ------
    mbats.errors.base.MbatsError
        The first fault of the network, the data or the database; the pages stored before stay.
    """
    run = _Run(source, master, command, advance)
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(run.all_of(task, group)) for task in tasks]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [one.result() for one in running]


class _Run:
    def __init__(self, source: BarSource, master: SecurityMaster, command: str, advance: Callable[[int], None]) -> None:
        self._source, self._master, self._command, self._advance = source, master, command, advance
        self._sets = asyncio.Semaphore(_SETS_AT_ONCE)
        self._writing = asyncio.Lock()

    async def all_of(self, task: Task, group: asyncio.TaskGroup) -> Downloaded:
        done = Downloaded(_key(self._source, task.download))
        async with self._sets:
            coming = iter(task.windows)
            ahead = deque(group.create_task(self._page(task, window)) for window in islice(coming, _PAGES_AHEAD))
            while ahead:
                table = await ahead.popleft()
                ahead.extend(group.create_task(self._page(task, window)) for window in islice(coming, 1))
                done = done.and_page(await self._stored(task, table) if len(table) else None)
                self._advance(1)
        return done

    async def _page(self, task: Task, window: Window) -> BarTable:
        download = task.download
        return await self._source.page(download.symbol, download.timeframe, window.start, window.end)

    async def _stored(self, task: Task, table: BarTable) -> IngestionCount:
        refuse_impossible(table)
        batch = judged(table, task.instrument, synthetic=self._source.synthetic)
        source = IngestionSource(_name(table), _digest(table), self._command)
        async with self._writing:
            (count,) = await asyncio.to_thread(self._master.ingest, [batch], source)
        return count


def _key(source: BarSource, download: Download) -> BarKey:
    return BarKey(download.symbol, source.vendor, download.timeframe.name, Alignment.NEW_YORK_17)


def _held(master: SecurityMaster, key: BarKey, start: int) -> TimeColumn:
    try:
        return master.bars(key, start).time
    except UnknownBars:
        return np.array([], dtype=np.int64)


def _name(table: BarTable) -> str:
    first, last = moment(int(table.time[0])), moment(int(table.time[-1]))
    return f"{table.vendor} {table.symbol} {table.timeframe}, {first} to {last}"


def _digest(table: BarTable) -> str:
    """Return the SHA-256 of the bars themselves: the same bars, however they came, have the same one."""
    content = sha256(table.time.tobytes() + table.volume.tobytes())
    for _, quotes in table.quotes():
        for prices in (quotes.open, quotes.high, quotes.low, quotes.close):
            content.update(prices.tobytes())
    return content.hexdigest()
