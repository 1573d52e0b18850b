from typing import Any, Protocol


class Codec(Protocol):
    """Writes fitted objects as bytes and reads them again: the same object, the same bytes."""

    @property
    def format(self) -> str:
        """Name of the format, as a fit records it."""
        ...

    def dump(self, fitted: Any) -> bytes:
        """Return `fitted` as bytes."""
        ...

    def load(self, content: bytes) -> Any:
        """Read what `dump` wrote; the caller has checked its hash."""
        ...
