"""The libraries that score: those of a version's training, and those that are here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.models.version import Version

_SCORING = {"lightgbm-text": "lightgbm", "skops": "scikit-learn"}
"""By the format of a fit."""


def other_libraries(model: Version) -> str:
    """Say which libraries that score `model` are of another release than in its training; empty: none.

    Releases differ in their first two numbers: between those, libraries promise the same scores at most by their tests.
    """
    trained = model.manifest.get("packages", {})
    names = sorted({_SCORING[fit.format] for fit in model.fits if fit.format in _SCORING})
    pairs = [(name, trained[name], _installed(name)) for name in names if name in trained]
    return ", ".join(f"{name} {here}, not {was}" for name, was, here in pairs if _release(was) != _release(here))


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _release(number: str) -> list[str]:
    return number.split(".")[:2]
