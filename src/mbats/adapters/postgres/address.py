"""How to reach one database as one role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONNECT_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Address:
    """A database, a role and its password on a host or in a socket folder; prints without the password."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        """The address as a URL, password included: for programs, never for logs."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        place = {"host": self.host, "port": str(self.port), "connect_timeout": str(_CONNECT_TIMEOUT)}
        query = urlencode({**self.options, **place}, quote_via=quote, safe="/")
        return f"postgresql://{login}@/{self.database}?{query}"

    def with_password(self, password: str) -> Address:
        """Return the same address with another password."""
        return replace(self, password=password)

    def __str__(self) -> str:
        return f"{self.database} on {self.host}:{self.port} as {self.user}"
