import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from mbats.errors.rest import AboveMaximum, InvalidValue
from mbats.exchange.moment import Moment

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNESCAPED_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (?=\d\d:\d\d$)", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(\.\d{0,15})?", re.ASCII)
_LATEST = 2**63 - 1
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DIGITS = 18


class Query:
    """Parameters of a request, each read by what it is; one that is no such thing is refused by its name."""

    def __init__(self, given: Mapping[str, str]) -> None:
        # An empty parameter is an absent one.
        self._given = {name: value.strip() for name, value in given.items() if value.strip()}

    def text(self, name: str) -> str | None:
        """Return it as it stands, or None where it is absent."""
        return self._given.get(name)

    def required(self, name: str) -> str:
        """Return it as it stands."""
        if name not in self._given:
            raise InvalidValue(name=name)
        return self._given[name]

    def boolean(self, name: str, default: bool) -> bool:
        """Read true or false in any case: clients send Python's and JavaScript's."""
        value = self._given.get(name)
        if value is None:
            return default
        if value.lower() not in _BOOLEANS:
            raise InvalidValue(name=name)
        return _BOOLEANS[value.lower()]

    def number(self, name: str, *, lowest: int = 0, highest: int | None = None) -> int | None:
        """Read a whole number, or None where it is absent."""
        value = self._given.get(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS) or int(value) < lowest:
            raise InvalidValue(name=name)
        if highest is not None and int(value) > highest:
            raise AboveMaximum(name=name)
        return int(value)

    def decimal(self, name: str) -> Decimal | None:
        """Read a number above zero, or None where it is absent."""
        value = self._given.get(name)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value) or not Decimal(value):
            raise InvalidValue(name=name)
        return Decimal(value)

    def moment(self, name: str) -> Moment | None:
        """Read a time in either way of writing, or None where it is absent; a date is its midnight in UTC."""
        value = self._given.get(name)
        if value is None:
            return None
        try:
            moment = Moment.parse(
                f"{value}T00:00:00Z" if _DATE.fullmatch(value) else _UNESCAPED_PLUS.sub(r"\1+", value)
            )
        except ValueError:
            raise InvalidValue(name=name) from None
        if not 0 <= moment <= _LATEST:
            raise InvalidValue(name=name)
        return moment

    def names(self, name: str) -> tuple[str, ...] | None:
        """Read a list parted by commas, each once, or None where it is absent."""
        value = self._given.get(name)
        if value is None:
            return None
        return tuple(dict.fromkeys(item.strip() for item in value.split(",") if item.strip()))

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Read one word out of `choices`."""
        value = self._given.get(name, default)
        if value not in choices:
            raise InvalidValue(name=name)
        return value
