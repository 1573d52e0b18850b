"""A fault: what goes wrong, on which requests, and how often."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange_faults import BadFault

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """What goes wrong. The last three happen to lines of streams, the others to requests."""

    DROP_BEFORE = "drop-before"  # the connection closes, nothing was applied
    DROP_AFTER = "drop-after"  # applied, then the connection closes without a reply
    DELAY_BEFORE = "delay-before"  # applied late, even when the client has gone by then
    DELAY_AFTER = "delay-after"  # applied at once, answered late
    DUPLICATE = "duplicate"  # applied twice, the first reply is sent
    STATUS_BEFORE = "status-before"  # answered with `status`, nothing was applied
    STATUS_AFTER = "status-after"  # applied, then answered with `status`
    GARBLE = "garble"  # applied; half of the reply's body arrives, and it is no JSON
    STALL = "stall"  # no line and no heartbeat
    CUT = "cut"  # half a line, then the connection closes
    REPEAT = "repeat"  # a line comes twice


OF_LINES = frozenset({Kind.STALL, Kind.CUT, Kind.REPEAT})
_NUMBERS = ("delay", "share", "seconds", "retry_after")
_COUNTS = ("times", "skip", "status", "seed")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and when.

    Attributes
    ----------
    method, path
        Patterns (``*``, ``?``, ``[...]``) of the requests that it meets, ``POST`` and ``*/orders``; without the query.
    times
        How often it happens; None: until `seconds` have passed or it is cleared.
    seconds
        How long it may happen, from its creation, in seconds of real time; None: no limit.
    skip
        So many matching requests (lines, for a stream) go well first.
    share
        Of the matching requests that remain, the share that it meets, drawn by `seed`.
    delay
        Seconds, of ``delay-before`` and ``delay-after``.
    status, retry_after, body
        The answer of ``status-before`` and ``status-after``: code, seconds of its ``Retry-After`` (None: no such
        header), and text (None: an ``errorMessage``).
    """

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int | None = 1
    seconds: float | None = None
    skip: int = 0
    share: float = 1.0
    seed: int = 0
    delay: float = 1.0
    status: int = 503
    retry_after: float | None = None
    body: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise BadFault(field="share", value=self.share, expected="above 0 and at most 1")
        if not 400 <= self.status <= 599:
            raise BadFault(field="status", value=self.status, expected="from 400 to 599")
        for name in ("times", "seconds", "skip", "delay", "retry_after"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1e9:
                raise BadFault(field=name, value=value, expected="from 0 to a billion")

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Fault:
        """Make a fault of the JSON that a person sends.

        Raises
        ------
        mbats.errors.exchange_faults.BadFault
            An unknown kind or field, or a value out of range.
        """
        known = [field.name for field in fields(cls)]
        for name in plain:
            if name not in known:
                raise BadFault(field=name, value=plain[name], expected=f"absent; fields are {', '.join(known)}")
        values = {name: _value(name, value) for name, value in plain.items() if name != "kind"}
        return cls(_kind(plain.get("kind")), **values)

    def plain(self) -> dict[str, Any]:
        """Return the fault as `read` takes it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def meets(self, method: str, path: str) -> bool:
        """Tell whether its patterns match a request."""
        return fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)


def _kind(value: object) -> Kind:
    try:
        return Kind(str(value))
    except ValueError:
        raise BadFault(field="kind", value=value, expected=f"one of {', '.join(Kind)}") from None


def _value(name: str, value: Any) -> Any:
    if value is None and name in {"times", "seconds", "retry_after", "body"}:
        return None
    if name in _COUNTS and (isinstance(value, bool) or not isinstance(value, int)):
        raise BadFault(field=name, value=value, expected="a whole number")
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise BadFault(field=name, value=value, expected="a number")
        return float(value)
    if name in {"method", "path", "body"} and not isinstance(value, str):
        raise BadFault(field=name, value=value, expected="text")
    return value
