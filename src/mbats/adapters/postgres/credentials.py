"""Passwords of the database roles, in a file that only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

from mbats.errors.database import BrokenCredentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def read(file: Path) -> dict[str, str]:
    """Return the passwords by role; none when there is no file yet."""
    try:
        passwords = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as cause:
        raise BrokenCredentials(file=file, cause=cause) from cause
    if not isinstance(passwords, dict):
        raise BrokenCredentials(file=file, cause="it is not a table of roles and passwords")
    return passwords


def complete(file: Path, roles: Iterable[str]) -> dict[str, str]:
    """Return the passwords of `file` with one for each of `roles`, making and keeping those that are missing."""
    known = read(file)
    return keep(file, {role: known.get(role) or secrets.token_urlsafe(32) for role in roles})


def keep(file: Path, passwords: Mapping[str, str]) -> dict[str, str]:
    """Return the passwords of `file` with these among them; it is written anew only where that changes it."""
    known = read(file)
    if passwords.items() <= known.items():
        return known
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    write_private(draft, json.dumps(known | dict(passwords), indent=2))
    draft.rename(file)
    return known | dict(passwords)


def write_private(file: Path, text: str) -> None:
    """Write a new file of mode 600; it never exists with a wider one."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
