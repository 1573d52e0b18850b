from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RECORD = ".laid-out.json"


def lay_out(folder: Path, notebooks: Mapping[str, str] | None = None) -> list[Path]:
    """Lay the notebooks into `folder` and return what was written.

    One that nobody has changed is replaced by a newer one. One that somebody has worked in stays as it is, and a newer
    one is laid beside it, once: ``05-model-2.ipynb``. One that was deleted comes back.

    Parameters
    ----------
    notebooks
        Text by file name; by default those that come with MBATS.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / _RECORD
    laid: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    written = []
    for name, text in sorted((shipped() if notebooks is None else notebooks).items()):
        place = _place(folder / name, laid.get(name), _digest(text))
        if place is not None:
            place.write_text(text, encoding="utf-8")
            written.append(place)
        laid[name] = _digest(text)
    record.write_text(json.dumps(laid, indent=2, sort_keys=True), encoding="utf-8")
    return written


def shipped() -> dict[str, str]:
    """Return the notebooks that come with MBATS: text by file name."""
    here = files("mbats.stack.notebooks")
    return {one.name: one.read_text(encoding="utf-8") for one in here.iterdir() if one.name.endswith(".ipynb")}


def _place(usual: Path, before: str | None, now: str) -> Path | None:
    """Return where a notebook belongs, given what was laid there before; None where there is nothing to do."""
    if not usual.exists():
        return usual
    if before == now:
        return None
    if _digest(usual.read_text(encoding="utf-8")) == before:
        return usual
    others = (usual.with_name(f"{usual.stem}-{number}{usual.suffix}") for number in count(2))
    return next(other for other in others if not other.exists())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
