"""Control files, from where people put them to what they want done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.downloading import VENDORS, control_reader
from mbats.errors.control import ControlFileMissing, UnreadableControlFile
from mbats.errors.snapshot import ObjectMissing
from mbats.schedule import downloads, strategies
from mbats.secmaster.object_store import address

if TYPE_CHECKING:
    from mbats.schedule.control import ControlTable
    from mbats.settings import Settings

MARKET_DATA, STRATEGIES = "control/market-data.xlsx", "control/strategies.csv"
"""Where in the object store the control files are."""


def wanted_downloads(file: Path | None, settings: Settings) -> downloads.Wanted:
    """Return what a control file, usually that in the object store, wants downloaded."""
    return downloads.judged(_tables(file, MARKET_DATA, settings), VENDORS)


def wanted_strategies(file: Path | None, settings: Settings) -> strategies.Judged:
    """Return what a control file, usually that in the object store, wants backtested and traded."""
    return strategies.judged(_tables(file, STRATEGIES, settings)[0])


def _tables(file: Path | None, key: str, settings: Settings) -> list[ControlTable]:
    if file is not None:
        return control_reader(file).tables(file)
    place = address(settings.object_store, key)
    try:
        content = wiring.object_store(settings).get(key)
    except ObjectMissing:
        raise ControlFileMissing(file=place) from None
    with TemporaryDirectory() as folder:
        copy = Path(folder) / Path(key).name
        copy.write_bytes(content)
        try:
            return [replace(table, file=place) for table in control_reader(copy).tables(copy)]
        except UnreadableControlFile as error:
            raise UnreadableControlFile(**error.facts | {"file": place}) from None
