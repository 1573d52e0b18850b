"""Downloads, from what a person named to what the securities master has."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from mbats.adapters.oanda.access import PAPER, PRACTICE
from mbats.bootstrap import wiring
from mbats.bootstrap.venue import reach, venue
from mbats.pipelines.download.run import Downloaded, Task, fetch, plan
from mbats.schedule.downloads import downloads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mbats.adapters.oanda.source import OandaSource
    from mbats.schedule.control import ControlReader
    from mbats.schedule.downloads import Download
    from mbats.settings import Settings

    Progress: TypeAlias = Callable[[int], AbstractContextManager[Callable[[int], None]]]

VENDORS = ("oanda", "paper")


def from_control_file(file: Path) -> list[Download]:
    """Return what a .csv or .xlsx control file asks for; see `mbats.schedule.downloads`."""
    return downloads(control_reader(file).tables(file), VENDORS)


def planned(settings: Settings, wanted: Sequence[Download], *, refresh: int = 10) -> list[Task]:
    """Return the pages that each download lacks; nothing is stored."""

    async def ask(vendor: str, group: list[Download]) -> list[Task]:
        async with _source(settings, vendor) as source:
            return await plan(source, wiring.security_master(settings), group, refresh=refresh)

    return [task for vendor, group in _by_vendor(wanted).items() for task in asyncio.run(ask(vendor, group))]


def download(
    settings: Settings, wanted: Sequence[Download], command: str, progress: Progress, *, refresh: int = 10
) -> list[Downloaded]:
    """Fetch and store what each download lacks, one vendor after the other.

    Parameters
    ----------
    progress
        Shows the work: given the number of pages, returns a context that yields what to call after each.
    """

    async def work(vendor: str, group: list[Download]) -> list[Downloaded]:
        async with _source(settings, vendor) as source:
            master = wiring.security_master(settings)
            tasks = await plan(source, master, group, refresh=refresh)
            with progress(sum(len(task.windows) for task in tasks)) as advance:
                return await fetch(source, master, tasks, command, advance)

    return [done for vendor, group in _by_vendor(wanted).items() for done in asyncio.run(work(vendor, group))]


@asynccontextmanager
async def _source(settings: Settings, vendor: str) -> AsyncIterator[OandaSource]:
    from mbats.adapters.oanda.source import OandaSource

    place = reach(settings, _environment(settings, vendor))
    async with venue(place) as opened:
        yield OandaSource(opened, synthetic=place.synthetic)


def control_reader(file: Path) -> ControlReader:
    """Return what reads a control file: a workbook, or a text table."""
    if file.suffix.lower() in {".xlsx", ".xlsm"}:
        from mbats.adapters.excel.workbook import Workbook

        return Workbook()
    from mbats.adapters.files.control import DelimitedControl

    return DelimitedControl()


def _by_vendor(wanted: Sequence[Download]) -> dict[str, list[Download]]:
    groups: dict[str, list[Download]] = {}
    for one in wanted:
        groups.setdefault(one.vendor, []).append(one)
    return groups


def _environment(settings: Settings, vendor: str) -> str:
    """Return whom to ask: the environment of the settings, unless the vendor is another."""
    stated = settings.oanda_environment
    if vendor == "paper":
        return PAPER
    return PRACTICE if vendor == "oanda" and stated == PAPER else stated
