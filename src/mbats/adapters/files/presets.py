"""What is known about the exports of the usual vendors, so that nobody has to say it.

Dukascopy: ``Gmt time`` (day first, UTC), one side a file, named in the file's name. HistData: generic ASCII M1, no
header, Eastern Standard Time without daylight saving, bid prices (histdata.com, "Data files: detailed specification").
MetaTrader 5: tab-separated ``<DATE> <TIME> <OPEN> ..``, times of the broker's server, bid prices with the spread in
points. LEAN: zipped CSV without header; OANDA in UTC, FXCM in UTC-5, US equities in New York time with prices in
ten-thousandths of a dollar (Data/forex/readme.md, Data/equity/readme.md of the LEAN repository).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mbats.adapters.files.names import NameFacts, frame_of, name_facts, normal_symbol
from mbats.errors.data import LeanPathUnclear

if TYPE_CHECKING:
    from mbats.adapters.files.content import Content

PRESETS = ("dukascopy", "histdata", "metatrader5", "lean")
_BARS = ("open", "high", "low", "close")
_SIDES = tuple(f"{side}_{name}" for side in ("bid", "ask") for name in (*_BARS, "size"))
_LEAN_ZONES = {"oanda": "UTC", "fxcm": "UTC-5", "usa": "America/New_York"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read one file.

    Attributes
    ----------
    names
        Columns of a file without a header.
    zone
        Zone of its times, None: the user names it.
    side
        Side of prices that are not called bid or ask; ``?`` must be told by the file's name.
    day
        Day from whose local midnight the times count milliseconds (LEAN's minutes).
    divisor
        What prices are divided by.
    """

    facts: NameFacts
    vendor: str = ""
    names: tuple[str, ...] = ()
    zone: str | None = None
    side: str = ""
    day: date | None = None
    divisor: float = 1.0
    spread_in_points: bool = False
    equity: bool = False


def layout(preset: str | None, content: Content) -> Layout:
    """Return how to read a file: by a vendor's rules, or by its header and name alone.

    Raises
    ------
    LeanPathUnclear
        A LEAN file outside of LEAN's folders.
    """
    member, own = (name_facts(name.rpartition(".")[0]) for name in (content.member, content.file.name))
    facts = member if member.symbol else own
    match preset:
        case "dukascopy":
            return Layout(facts, "dukascopy", zone="UTC", side="?")
        case "histdata":
            return Layout(facts, "histdata", ("datetime", *_BARS, "volume"), "UTC-5", "bid")
        case "metatrader5":
            return Layout(facts, "metatrader5", zone="America/New_York+7", side="bid", spread_in_points=True)
        case "lean":
            return _lean(content)
    return Layout(facts, facts.vendor or "file", side=facts.side)


def _lean(content: Content) -> Layout:
    """Read ``forex/oanda/minute/eurusd/20140501_quote.zip`` or ``equity/usa/daily/aapl.zip``."""
    folders = [part.lower() for part in content.file.parts]
    kind = next((name for name in ("forex", "equity") if name in folders), "")
    below = folders[folders.index(kind) + 1 :] if kind else []
    frame = frame_of(below[1]) if len(below) > 2 else None
    if frame is None or below[0] not in _LEAN_ZONES:
        raise LeanPathUnclear(file=content.file)
    short = len(below) > 3
    quoted = kind == "forex" or below[-1].endswith("_quote.zip")
    return Layout(
        NameFacts(normal_symbol(below[2].removesuffix(".zip")), below[0], frame),
        vendor=below[0],
        names=("datetime", *(_SIDES if quoted else (*_BARS, "volume"))),
        zone=_LEAN_ZONES[below[0]],
        day=_day(content, below[-1][:8]) if short else None,
        divisor=10_000.0 if kind == "equity" else 1.0,
        equity=kind == "equity",
    )


def _day(content: Content, digits: str) -> date:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise LeanPathUnclear(file=content.file) from None
