"""MBATS: from a trading idea to production in minutes."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Hand the notebook face on lazily, so that ``import mbats`` costs nothing until it is used.

    Python asks for a module of ours here, too, before it imports it: that is no reason to load the face.
    """
    from importlib import import_module
    from importlib.util import find_spec

    if not name.startswith("_") and find_spec(f"{__name__}.{name}") is None:
        face = import_module("mbats.face")
        if name in face.__all__:
            return getattr(face, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what a notebook completes after ``mb.``."""
    from importlib import import_module

    return sorted([*import_module("mbats.face").__all__, "__version__"])
