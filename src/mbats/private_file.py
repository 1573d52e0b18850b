"""Files that only their owner reads, and tables of generated secrets in them."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

from mbats.errors.secrets import SecretsBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_BYTES = 32


def write(file: Path, text: str) -> None:
    """Write a file of mode 600, whole or not at all; it never exists with a wider mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def read(file: Path) -> dict[str, str]:
    """Return the secrets of a table by name; none when there is no file yet.

    Raises
    ------
    SecretsBroken
        The file cannot be read, or holds something else.
    """
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as cause:
        raise SecretsBroken(file=file, cause=cause) from cause
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise SecretsBroken(file=file, cause="it is no table of names and secrets")
    return known


def complete(file: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the secrets of `file` with one for each of `names`; what is missing is made: 32 random bytes in Base64."""
    known = read(file)
    return keep(file, drawn(names) | {name: known[name] for name in names if known.get(name)})


def drawn(names: Iterable[str]) -> dict[str, str]:
    """Return a new secret for each of some names: 32 random bytes in Base64."""
    return {name: secrets.token_urlsafe(_BYTES) for name in names}


def keep(file: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets of `file` with these among them; it is written anew only where that changes it."""
    known = read(file)
    if wanted.items() <= known.items():
        return known
    write(file, json.dumps(known | dict(wanted), indent=2, sort_keys=True))
    return known | dict(wanted)
