"""Waiting for what others do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(ask: Callable[[], T], patience: float, what: str, pause: float = 1.0) -> T:
    """Ask again and again until the answer is true, and return it."""
    deadline = time.monotonic() + patience
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what} did not come within {patience:.0f} s"
        time.sleep(pause)
    return answer
