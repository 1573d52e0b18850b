"""One exception a cause; its docstring is the message, and the message carries the remedy."""

from mbats.errors.base import MbatsError

__all__ = ["MbatsError"]
