from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backtrader.position import Position

if TYPE_CHECKING:
    from mbats.adapters.backtrader.live_feed import LiveFeed


@dataclass(slots=True, eq=False)
class Slip:
    """An order of Backtrader's and where it stands at the venue.

    Attributes
    ----------
    children
        Protective orders that go out with it.
    parent
        The entry that it went out with.
    number
        The venue's of it, 0 while it has none.
    trades
        What it protects, by the venue's numbers.
    """

    order: Any
    children: list[Slip] = field(default_factory=list)
    parent: Slip | None = None
    number: int = 0
    trades: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Seat:
    """One instrument of a strategy.

    Attributes
    ----------
    position
        As fills that were heard of left it.
    slips
        Orders that live, by Backtrader's reference.
    wanted, unwanted
        What the strategy sent at this close; what it cancelled and still lives.
    """

    feed: LiveFeed
    position: Any = field(default_factory=Position)
    slips: dict[int, Slip] = field(default_factory=dict)
    wanted: list[Slip] = field(default_factory=list)
    unwanted: list[Slip] = field(default_factory=list)
