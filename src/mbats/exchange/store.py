"""The port to what the exchange must not forget, whenever its process is killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Saved:
    """What the last save left behind: one consistent moment.

    Attributes
    ----------
    exchange
        The engine's state as `Exchange.snapshot` gave it.
    transactions
        Of each account, all of them, ids consecutive.
    venue
        The running venue's own: its time and its place on the tape.
    """

    exchange: dict[str, Any]
    transactions: dict[str, list[dict[str, Any]]]
    venue: dict[str, Any]


class Store(Protocol):
    """Keeps the state of one exchange. Values are Decimal, Moment, str, int, bool, None, lists and dicts of them."""

    def load(self) -> Saved | None:
        """Return what was saved last; None in a new home."""
        ...

    def save(
        self,
        exchange: Mapping[str, Any],
        transactions: Sequence[tuple[str, Mapping[str, Any]]],
        venue: Mapping[str, Any],
    ) -> None:
        """Keep the state and the `transactions` new since the last save, all or nothing, before it returns."""
        ...

    def touch(self, venue: Mapping[str, Any]) -> None:
        """Keep how far the venue's time has come since the last save, while nothing else has changed."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
