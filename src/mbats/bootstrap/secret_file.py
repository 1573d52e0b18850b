from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.settings import SecretFileOpen, SecretFileUnreadable

if TYPE_CHECKING:
    from pathlib import Path


def secret(file: Path, variable: str, what: str) -> str:
    """Return what a file that only its owner can read says.

    Parameters
    ----------
    variable, what
        Which setting names the file, and what it holds, for the errors.

    Raises
    ------
    SecretFileUnreadable, SecretFileOpen
    """
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileUnreadable(variable=variable, file=file, why=error, what=what) from None
    if mode & 0o077:
        raise SecretFileOpen(variable=variable, file=file, mode=f"{mode:03o}", what=what)
    return text
