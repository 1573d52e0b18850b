from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
"""An order, trade, transaction in OANDA's words: Decimal (quantised), `Moment`, str, int, bool, lists and records."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the exchange answers to a command: OANDA's status and body."""

    status: int
    body: Record
