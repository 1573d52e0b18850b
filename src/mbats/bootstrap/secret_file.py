from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.settings import SecretFileOpen, SecretFileUnreadable

if TYPE_CHECKING:
    from pathlib import Path


def secret(file: Path, what: str, variable: str = "") -> str:
    """Return what a file that only its owner can read says.

    Parameters
    ----------
    what, variable
        What the file holds, and which setting names it if any does, for the errors.

    Raises
    ------
    SecretFileUnreadable, SecretFileOpen
    """
    source = f"{variable}={file}" if variable else str(file)
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileUnreadable(source=source, why=error, what=what) from None
    if mode & 0o077:
        raise SecretFileOpen(source=source, file=file, mode=f"{mode:03o}", what=what)
    return text
