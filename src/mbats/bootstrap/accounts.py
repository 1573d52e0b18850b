"""Accounts at OANDA by name, each with what opens it: ``accounts.toml`` under MBATS_HOME, of mode 600."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, StrictBool, TypeAdapter, ValidationError, with_config

from mbats.bootstrap.secret_file import secret
from mbats.errors.settings import AccountElsewhere, AccountsUnreadable, UnknownAccount

if TYPE_CHECKING:
    from pathlib import Path

FILE = "accounts.toml"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class NamedAccount:
    """One table of the file.

    Attributes
    ----------
    account
        OANDA's number of it.
    real_money
        Whether an account of the environment ``live`` may be traded.
    """

    account: str
    token: str = field(repr=False)
    environment: Literal["practice", "live"] = "practice"
    real_money: StrictBool = False


def accounts(home: Path) -> dict[str, NamedAccount]:
    """Return all accounts of the file by name; of no file, none.

    Raises
    ------
    AccountsUnreadable
    mbats.errors.settings.SecretFileUnreadable, mbats.errors.settings.SecretFileOpen
    """
    file = home / FILE
    if not file.exists():
        return {}
    try:
        told = tomllib.loads(secret(file, "accounts and their tokens"))
        return TypeAdapter(dict[str, NamedAccount]).validate_python(told)
    except tomllib.TOMLDecodeError as error:
        raise AccountsUnreadable(file=file, why=error) from None
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False))
        raise AccountsUnreadable(file=file, why="; ".join(problems)) from None


def account(home: Path, environment: str, word: str) -> NamedAccount | None:
    """Return the account of a name or a number; of neither, the first of its environment.

    None: the file has no such number, or no account of this environment.

    Raises
    ------
    UnknownAccount, AccountElsewhere
    mbats.errors.base.MbatsError
        As for `accounts`.
    """
    known = accounts(home)
    if (named := known.get(word)) is not None:
        if named.environment != environment:
            raise AccountElsewhere(name=word, actual=named.environment, environment=environment)
        return named
    if word and not word.replace("-", "").isdecimal():
        raise UnknownAccount(name=word, known=", ".join(known) or "none", file=home / FILE)
    fit = (one for one in known.values() if one.environment == environment and word in ("", one.account))
    return next(fit, None)
