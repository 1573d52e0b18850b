"""Signs of life, and the latch that keeps a session from entering: both work without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Beat:
    """What a session says of itself each turn.

    Attributes
    ----------
    time
        The venue's time, nanoseconds UTC.
    last
        Id of the last transaction in its books.
    units
        Signed units of its own positions, by instrument, as of `last`.
    adopted
        Of its trades, those that others opened, by the venue's number.
    day_nav, high_nav
        Net asset value when the day of its loss limit began, and its highest; None while unknown.
    """

    time: int
    last: int
    units: Mapping[str, Decimal] = field(default_factory=dict)
    day_nav: Decimal | None = None
    high_nav: Decimal | None = None
    condition: str = ""
    adopted: tuple[int, ...] = ()


class Beacon(Protocol):
    """What a session and its watchdog tell each other. Never raises for a disk or a socket that fails."""

    def beat(self, session: str, beat: Beat) -> None:
        """Say that the session lives."""
        ...

    def heard(self, session: str) -> tuple[Beat, float] | None:
        """Return the last beat and its age in seconds; None: there was none."""
        ...

    def latch(self, session: str, reason: str, *, lasting: bool) -> None:
        """Let the session enter nothing: for good, or until this is released."""
        ...

    def latched(self, session: str) -> str | None:
        """Return why the session may enter nothing; None: it may."""
        ...

    def release(self, session: str) -> None:
        """Take back what was not meant to last."""
        ...


class Dark:
    """Implements `Beacon` for a session that nobody watches."""

    def beat(self, session: str, beat: Beat) -> None:
        """Say nothing."""

    def heard(self, session: str) -> tuple[Beat, float] | None:  # noqa: ARG002 - the port's form
        """Return None: nothing was said."""
        return None

    def latch(self, session: str, reason: str, *, lasting: bool) -> None:
        """Keep nothing back."""

    def latched(self, session: str) -> str | None:  # noqa: ARG002 - the port's form
        """Return None: nothing is kept back."""
        return None

    def release(self, session: str) -> None:
        """Change nothing."""
