"""What an operator asks for: one JSON body, read field by field."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange_admin import BadRequestBody, BadRequestField

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request


class Body:
    """The fields of a request to the operator's port; each method names what is wrong with its field."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def text(self, name: str, known: Collection[str] | None = None) -> str:
        """Return a text, out of `known` where that is given."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise BadRequestField(field=name, value=value, expected="text")
        if known is not None and value not in known:
            raise BadRequestField(field=name, value=value, expected=f"one of {', '.join(known)}")
        return value

    def texts(self, name: str, known: Collection[str]) -> list[str]:
        """Return a list of texts out of `known`; all of them where the field is absent."""
        values = self.fields.get(name, list(known))
        if not isinstance(values, list) or not values or not set(map(str, values)) <= set(known):
            raise BadRequestField(field=name, value=values, expected=f"a list out of {', '.join(known)}")
        return values

    def decimal(self, name: str) -> Decimal:
        """Return a finite decimal, written as text or as a number."""
        value = self.fields.get(name)
        try:
            decimal = Decimal(str(value))
        except InvalidOperation:
            decimal = Decimal("NaN")
        if isinstance(value, bool) or not decimal.is_finite() or abs(decimal) >= Decimal(10) ** 12:
            raise BadRequestField(field=name, value=value, expected="a decimal number")
        return decimal

    def whole(self, name: str) -> int:
        """Return a whole number of up to 19 digits, written as text or as a number; 0 where it is absent."""
        text = str(self.fields.get(name, 0))
        if not (text.isascii() and text.isdigit() and len(text) <= 19):
            raise BadRequestField(field=name, value=text, expected="a whole number, 0 or more")
        return int(text)

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        return self.fields.get(name) is not None


async def read_body(request: Request) -> Body:
    """Read a request's JSON object; an empty body is an empty object."""
    content = await request.body()
    try:
        fields = json.loads(content or b"{}", parse_float=Decimal)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise BadRequestBody
    return Body(fields)
