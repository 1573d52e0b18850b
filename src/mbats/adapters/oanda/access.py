from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

PRACTICE, LIVE, PAPER = "practice", "live", "paper"

_REST = {PRACTICE: "https://api-fxpractice.oanda.com", LIVE: "https://api-fxtrade.oanda.com"}
_STREAM = {PRACTICE: "https://stream-fxpractice.oanda.com", LIVE: "https://stream-fxtrade.oanda.com"}


@dataclass(frozen=True, slots=True)
class Access:
    """Where an account is and the key to it: all that differs between the paper exchange, practice and live.

    Attributes
    ----------
    environment
        ``practice``, ``live`` or ``paper``.
    url, stream_url
        Origins of REST and of the streams, without the path ``/v3``. Any server of one's own serves both.
    """

    environment: str
    url: str
    stream_url: str
    token: str = field(repr=False)
    account: str = ""

    @classmethod
    def at(cls, environment: str, token: str, account: str = "", url: str = "") -> Access:
        """Return the access at `url`, or at OANDA's own address of `environment` where none is given."""
        own = url.rstrip("/")
        return cls(environment, own or _REST[environment], own or _STREAM[environment], token, account)

    @property
    def vendor(self) -> str:
        """Under whose name bars from here are stored."""
        return "paper" if self.environment == PAPER else "oanda"

    @property
    def account_path(self) -> str:
        """The path under which everything of the account lies."""
        return f"/v3/accounts/{self.account}"


def host_of(environment: str) -> str | None:
    """Return the host at which OANDA serves practice or live accounts."""
    return urlsplit(_REST[environment]).hostname
