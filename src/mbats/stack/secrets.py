from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

from mbats.errors.stack import SecretsBroken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BYTES = 32


def complete(file: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the secrets of `file` with one for each of `names`; those that are missing are made and kept.

    The file has mode 600 from its first moment on. Each secret is 32 random bytes in URL-safe Base64.

    Raises
    ------
    SecretsBroken
        The file holds something else.
    """
    known = _read(file)
    wanted = known | {name: secrets.token_urlsafe(_BYTES) for name in names if name not in known}
    if wanted != known:
        _write(file, wanted)
    return wanted


def _read(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as cause:
        raise SecretsBroken(file=file, cause=cause) from cause
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise SecretsBroken(file=file, cause="it is no table of names and secrets")
    return known


def _write(file: Path, known: dict[str, str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        json.dump(known, handle, indent=2, sort_keys=True)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
