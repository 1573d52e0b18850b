"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from mbats.errors.report import ReportNotWritten

_READABLE = 0o644


def write_file(path: Path, text: str, run: str) -> None:
    """Write `text` beside `path` and then give it that name, so that no reader ever sees half of it.

    A `path` that is no ordinary file (a device, a pipe) is written to directly.

    Raises
    ------
    ReportNotWritten
        With the cause; nothing of it is left behind.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path, text)
    except OSError as failure:
        raise ReportNotWritten(path=path, why=failure.strerror or failure, run=run) from failure


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        draft = Path(file.name)
        try:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
            draft.chmod(_READABLE)
            draft.replace(path)
        except BaseException:
            draft.unlink()
            raise
