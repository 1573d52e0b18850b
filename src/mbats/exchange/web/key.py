"""The page's own key: whoever has it may look, and do nothing else."""

import hmac
from secrets import compare_digest

_HEX_DIGITS = 32


def page_key(token: str) -> str:
    """Return the key that goes with a client's token: the same after every restart, and no way back to the token."""
    return hmac.new(token.encode(), b"the page of the paper exchange", "sha256").hexdigest()[:_HEX_DIGITS]


class PageAccess:
    """Which accounts a key shows.

    Parameters
    ----------
    tokens
        Of clients, each with its accounts. A client's token opens the page, too.
    """

    def __init__(self, tokens: dict[str, tuple[str, ...]]) -> None:
        keys = {page_key(token): accounts for token, accounts in tokens.items()}
        self._accounts = {key.encode(): accounts for key, accounts in (tokens | keys).items()}

    def accounts(self, authorization: str | None) -> tuple[str, ...]:
        """Return the accounts that an ``Authorization`` header opens; none where it opens nothing."""
        given = (authorization or "").removeprefix("Bearer ").strip().encode()
        for key, accounts in self._accounts.items():
            if compare_digest(key, given):
                return accounts
        return ()
