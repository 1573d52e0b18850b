"""MBATS: from a trading idea to production in minutes."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Hand the notebook face on lazily, so that ``import mbats`` costs nothing until it is used."""
    from importlib import import_module

    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(import_module("mbats.face"), name)
