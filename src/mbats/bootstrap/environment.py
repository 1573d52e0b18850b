"""The environment that a result rests on: Python and the packages that compute."""

from __future__ import annotations

import platform
import re
import sysconfig
from functools import cache
from hashlib import sha256
from importlib.metadata import Distribution
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_COMPUTING = ("lightgbm", "numba", "numpy", "pandas", "polars", "scikit-learn", "scipy", "skops", "ta-lib")


@cache
def packages() -> dict[str, str]:
    """Return the versions of all packages that MBATS stands on, whatever else is installed beside them."""
    found: dict[str, str] = {}
    pending = ["mbats"]
    while pending:
        name = pending.pop()
        if name not in found and (one := _installed(name)):
            found[name] = one.version
            pending += _needed(one)
    found.pop("mbats", None)
    return dict(sorted(found.items()))


def lock() -> str:
    """Return the SHA-256 of `packages`."""
    return sha256("\n".join(f"{name}=={known}" for name, known in packages().items()).encode()).hexdigest()


def computing() -> dict[str, str]:
    """Return the versions of the packages that numbers come from."""
    return {name: packages()[name] for name in _COMPUTING if name in packages()}


def python() -> str:
    """Return implementation, version and processor family."""
    return f"{platform.python_implementation()} {platform.python_version()} {platform.machine()}"


def _needed(installed: Distribution) -> Iterator[str]:
    for text in installed.requires or []:
        if "extra ==" not in text and (first := re.match(r"[A-Za-z0-9._-]+", text)):
            yield re.sub(r"[-_.]+", "-", first[0]).lower()


def _installed(name: str) -> Distribution | None:
    """Look where packages are installed, not along `sys.path`: Ray puts copies of its own packages before it."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    return next(iter(Distribution.discover(name=name, path=folders)), None)
