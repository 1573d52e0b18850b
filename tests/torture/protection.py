"""How long trades were without a stop, by the exchange's log alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_STOPS = {"STOP_LOSS_ORDER", "TRAILING_STOP_LOSS_ORDER"}
_CHILDREN = ("stopLossOnFill", "trailingStopLossOnFill")


@dataclass
class Protection:
    """What became of the trades of one session.

    Attributes
    ----------
    longest
        Nanoseconds of the venue's time that one of them had no stop, though it was decided with one.
    bare
        Those that have none in the end.
    spans
        All times above zero.
    """

    longest: int = 0
    bare: list[str] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    _since: dict[str, int] = field(default_factory=dict)
    _stops: dict[str, set[str]] = field(default_factory=dict)
    _decided: set[str] = field(default_factory=set)

    def take(self, one: dict[str, Any], prefix: str) -> None:
        """Take in the next transaction."""
        if one["type"] == "ORDER_FILL":
            self._filled(one)
        elif one["type"] == "ORDER_CANCEL":
            self._ended(one["orderID"], one["time"])
        elif one["type"] in _STOPS:
            self._stopped(one)
        elif any(name in one for name in _CHILDREN) and one.get("clientExtensions", {}).get("id", "").startswith(
            prefix
        ):
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

    def _stopped(self, one: dict[str, Any]) -> None:
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


def protection(rows: Sequence[dict[str, Any]], prefix: str, end: int) -> Protection:
    """Return how well the trades of the session with this prefix were protected until `end`."""
    found = Protection()
    for row in rows:
        found.take(row, prefix)
    return found.end(end)
