import json
from decimal import Decimal
from typing import Any

from mbats.errors.rest import InvalidBody


def parse(body: bytes) -> dict[str, Any]:
    """Read an object in JSON; its fractions become Decimals.

    Raises
    ------
    InvalidBody
        No JSON, no object, numbers that are none, or text that cannot be written down.
    """
    try:
        parsed = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
        json.dumps(parsed, default=str, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidBody from None
    if not isinstance(parsed, dict):
        raise InvalidBody
    return parsed


def _refuse(constant: str) -> None:
    raise ValueError(constant)
