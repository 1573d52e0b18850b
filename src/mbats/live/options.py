"""How a session is to behave, out of its terms."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """Waiting times are in seconds of the venue's time.

    Attributes
    ----------
    bars_wait
        How long after a bar's close its candle may still come; then it is a hole.
    reconcile
        How often the books are compared with the venue, beside after all news.
    heartbeat
        How long nothing may happen before the session looks around by itself.
    patience
        How long an entry of unknown outcome keeps its instrument from others.
    markup
        Share of the conversion rate that the venue keeps.
    """

    bars_wait: float = 10.0
    reconcile: float = 60.0
    heartbeat: float = 5.0
    patience: float = 600.0
    markup: float = 0.005

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Options:
        """Return the options that a session's terms hold; what they do not name is as it always is."""
        return cls(**{field.name: float(plain[field.name]) for field in fields(cls) if field.name in plain})


STEPPED = {"bars_wait": 0.0, "reconcile": 86_400.0}
"""Options on a stepped exchange: it has every candle at once, and nothing happens there without news."""


def nanoseconds(seconds: float) -> int:
    """Return seconds in the unit of all times."""
    return round(seconds * _SECOND)
