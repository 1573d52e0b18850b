from collections.abc import Mapping, Sequence
from secrets import compare_digest

from mbats.errors.rest import Forbidden, InsufficientAuthorization

_SCHEME = "bearer "


class Access:
    """Who may see which account: bearer tokens, each with its accounts."""

    def __init__(self, tokens: Mapping[str, Sequence[str]]) -> None:
        self._tokens = {token.encode(): tuple(accounts) for token, accounts in tokens.items()}

    def accounts(self, authorization: str | None) -> tuple[str, ...]:
        """Return the accounts of the token in an ``Authorization`` header.

        Raises
        ------
        InsufficientAuthorization
            No token, or one that nobody gave out.
        """
        written = authorization or ""
        if written[: len(_SCHEME)].lower() == _SCHEME:
            token = written[len(_SCHEME) :].strip().encode()
            for known, accounts in self._tokens.items():
                if compare_digest(known, token):
                    return accounts
        raise InsufficientAuthorization

    def check(self, authorization: str | None, account_id: str) -> None:
        """Refuse a token that is wrong, or an account that is not its own."""
        if account_id not in self.accounts(authorization):
            raise Forbidden
