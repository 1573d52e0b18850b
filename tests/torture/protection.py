"""How long trades were without a stop, by the exchange's log alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_STOPS = {"STOP_LOSS_ORDER", "TRAILING_STOP_LOSS_ORDER"}


@dataclass
class Protection:
    """What became of the trades of one session.

    Attributes
    ----------
    wanted
        Client ids of orders that were decided with a stop.
    longest
        Nanoseconds of the venue's time that one of them had no stop, though it was decided with one.
    bare
        Those that have none in the end.
    late
        Those whose first stop came in another step than their fill.
    spans
        All times above zero.
    """

    wanted: Collection[str]
    longest: int = 0
    bare: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    _since: dict[str, int] = field(default_factory=dict)
    _stops: dict[str, set[str]] = field(default_factory=dict)
    _decided: set[str] = field(default_factory=set)
    _unseen: dict[str, str] = field(default_factory=dict)

    def take(self, one: dict[str, Any]) -> None:
        """Take in the next transaction."""
        if one["type"] == "ORDER_FILL":
            self._filled(one)
        elif one["type"] == "ORDER_CANCEL":
            self._ended(one["orderID"], one["time"])
        elif one["type"] in _STOPS:
            self._stopped(one)
        elif one.get("clientExtensions", {}).get("id") in self.wanted:
            self._decided.add(one["id"])

    def _filled(self, one: dict[str, Any]) -> None:
        self._ended(one.get("orderID", ""), one["time"])
        for part in one.get("tradesClosed", ()):
            self._covered(part["tradeID"], one["time"])
            self._stops.pop(part["tradeID"], None)
        opened = one.get("tradeOpened")
        if opened and one.get("orderID") in self._decided:
            self._stops[opened["tradeID"]] = set()
            self._since[opened["tradeID"]] = one["time"]
            self._unseen[opened["tradeID"]] = one["batchID"]

    def _stopped(self, one: dict[str, Any]) -> None:
        if self._unseen.pop(one["tradeID"], one["batchID"]) != one["batchID"]:
            self.late.append(one["tradeID"])
        if one["tradeID"] in self._stops:
            self._stops[one["tradeID"]].add(one["id"])
            self._covered(one["tradeID"], one["time"])

    def _ended(self, order: str, time: int) -> None:
        for trade, stops in self._stops.items():
            if order in stops:
                stops.remove(order)
                if not stops:
                    self._since[trade] = time

    def _covered(self, trade: str, time: int) -> None:
        since = self._since.pop(trade, None)
        if since is not None and time > since:
            self.spans.append(int(time - since))
            self.longest = max(self.longest, int(time - since))

    def end(self, time: int) -> Protection:
        """Close the account."""
        self.bare = sorted(self._since)
        for trade in self.bare:
            self._covered(trade, time)
        return self


def protection(rows: Sequence[dict[str, Any]], wanted: Collection[str], end: int) -> Protection:
    """Return how well trades were protected until `end` whose orders have client ids in `wanted`."""
    found = Protection(wanted)
    for row in rows:
        found.take(row)
    return found.end(end)
