"""The bar in which two runs part: what each did there, at which prices, and by which rule or input they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.order import Reason, Role
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Event
    from mbats.market.bars import Bars
    from mbats.pipelines.comparison.trade_pairs import TradePair
    from mbats.pipelines.judged_run import JudgedRun

_SHOWN = (Kind.REJECT, Kind.CANCEL, Kind.EXPIRY, Kind.FILL, Kind.MARGIN_CALL, Kind.BLOCKED)
_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a run did in the bar; price and units are NaN where the event has none."""

    kind: str
    role: str
    units: float
    price: float
    reason: str

    def __str__(self) -> str:
        said = [self.kind, self.role]
        if self.kind == "fill":
            said += [f"{self.units:+,g} at {self.price!r}"]
        return " ".join(said) + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Side:
    """What one run saw and did in the bar.

    Attributes
    ----------
    row
        Of the bar among the run's bars; None: it has none.
    prices
        ``open``, ``high``, ``low``, ``close`` by ``mid``, ``bid`` and ``ask``.
    """

    row: int | None
    prices: dict[str, dict[str, float]]
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two runs part first; `reasons` are the rules and inputs that do it, the likeliest first."""

    pair: TradePair
    instrument: str
    time: int
    a: Side
    b: Side
    reasons: tuple[str, ...] = ()


def parting(pair: TradePair, a: JudgedRun, b: JudgedRun) -> Parting:
    """Look at the bar in which a trade of two runs parts, without the reasons."""
    return Parting(pair, pair.instrument, pair.parted, _side(pair, a), _side(pair, b))


def _side(pair: TradePair, run: JudgedRun) -> Side:
    bars = run.market.get(pair.instrument)
    if bars is None or not len(bars):
        return Side(None, {}, ())
    at = int(np.searchsorted(bars.time, pair.parted, side="right")) - 1
    found = at >= 0 and (bars.time[at] == pair.parted or pair.parted <= bars.known_at[at])
    since = int(bars.known_at[at - 1]) if at > 0 else 0
    until = int(bars.known_at[at]) if at >= 0 else pair.parted
    deeds = tuple(_deed(event) for event in _events(run, pair.instrument, since, until))
    return Side(at, _prices(bars, at), deeds) if found else Side(None, {}, deeds)


def _events(run: JudgedRun, symbol: str, since: int, until: int) -> list[Event]:
    journal = run.result.journal
    if symbol not in journal.instruments:
        return []
    code = journal.instruments.index(symbol)
    return [
        event for event in journal if event.instrument == code and since <= event.time < until and event.kind in _SHOWN
    ]


def _deed(event: Event) -> Deed:
    return Deed(
        Kind(event.kind).name.lower(),
        Role(event.role).name.lower(),
        event.units,
        event.price,
        Reason(event.reason).name.lower().replace("_", " ") if event.reason else "",
    )


def _prices(bars: Bars, row: int) -> dict[str, dict[str, float]]:
    sides = {"mid": bars.mid, "bid": bars.bid, "ask": bars.ask}
    return {
        name: {price: float(getattr(quotes, price)[row]) for price in _PRICES}
        for name, quotes in sides.items()
        if quotes is not None
    }
