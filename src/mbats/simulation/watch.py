"""How long work tells how far it is, to whoever watches: a bar on a terminal, a log, nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

Advance: TypeAlias = Callable[[int], None]
Watch: TypeAlias = Callable[[str, int], AbstractContextManager[Advance]]
"""Called with what is done and how many steps it takes; gives what to call with the steps just done."""


@contextmanager
def unwatched(what: str, total: int) -> Iterator[Advance]:  # noqa: ARG001 - the form of a watch
    """Watch nothing."""
    yield lambda _: None
