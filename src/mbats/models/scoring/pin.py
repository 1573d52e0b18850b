from __future__ import annotations

import re
from typing import NamedTuple, Self

from mbats.errors.scoring import PinUnreadable

_PIN = re.compile(r"(?P<name>[^#@/]+)/(?P<number>\d+)#(?P<id>[0-9a-f]{64})")


class Pin(NamedTuple):
    """A version, pinned: ``name/number#id``, which runs and sessions remember as the value of `model`.

    The id alone says what it is, and is found in the object store; name and number are for people.
    """

    name: str
    number: int
    id: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `text` pins; raises `PinUnreadable`."""
        if (found := _PIN.fullmatch(text)) is None:
            raise PinUnreadable(text=text)
        return cls(found["name"], int(found["number"]), found["id"])

    @staticmethod
    def is_one(text: str) -> bool:
        """Tell whether `text` pins a version, rather than naming one that may be another tomorrow."""
        return "#" in text

    def __str__(self) -> str:
        return f"{self.name}/{self.number}#{self.id}"
