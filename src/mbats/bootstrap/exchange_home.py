"""What an exchange keeps in its folder beside its accounts: who it is, and the keys to it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats import private_file
from mbats.errors.exchange_service import OtherExchange

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mbats.exchange.sqlite_store import SqliteStore


@dataclass(frozen=True, slots=True)
class ExchangeHome:
    """A folder that only its owner may read; secrets are made at the first start and stay."""

    folder: Path

    @property
    def token_file(self) -> Path:
        """Where the token for accounts is."""
        return self.folder / "token"

    @property
    def admin_token_file(self) -> Path:
        """Where the token for the admin port is."""
        return self.folder / "admin-token"

    @property
    def address_file(self) -> Path:
        """Where others on this machine learn how to reach a running exchange."""
        return self.folder / "address.json"

    def token(self, given: str | None = None) -> str:
        """Return the token for accounts; one that is given takes the place of the old."""
        if given:
            private_file.write(self.token_file, given)
        return self._secret(self.token_file)

    def admin_token(self) -> str:
        """Return the token for the admin port."""
        return self._secret(self.admin_token_file)

    def store(self) -> SqliteStore:
        """Open the accounts; one process at a time."""
        from mbats.exchange.sqlite_store import SqliteStore

        return SqliteStore(self.folder / "exchange.sqlite")

    def known(self) -> dict[str, Any] | None:
        """Return what this exchange was asked to be at its first start; None: it has not been started yet."""
        file = self._terms_file
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    def remember(self, known: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        """Keep what this exchange is, from its first start on.

        Parameters
        ----------
        said
            What is asked for now.

        Raises
        ------
        OtherExchange
            That differs from what it is.
        """
        for name, new in said.items():
            if _plain(new) != _plain(known[name]):
                raise OtherExchange(home=self.folder, name=name, old=known[name], new=new)
        if not self._terms_file.exists():
            private_file.write(self._terms_file, json.dumps(known, indent=2))

    def announce(self, address: Mapping[str, Any]) -> None:
        """Tell others on this machine where the exchange is."""
        private_file.write(self.address_file, json.dumps(address, indent=2))

    def withdraw(self) -> None:
        """Tell nobody any more."""
        self.address_file.unlink(missing_ok=True)

    @property
    def _terms_file(self) -> Path:
        return self.folder / "exchange.json"

    def _secret(self, file: Path) -> str:
        if not file.exists():
            private_file.write(file, secrets.token_hex(32))
        return file.read_text(encoding="utf-8").strip()


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
