"""Forked processes: they begin warm, tell one thing through a pipe, and end without tidying up."""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from select import select
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Forked:
    """A child of this process that runs `work`.

    Parameters
    ----------
    work
        Called in the child with a function that sends the parent a value, and with the file descriptor on which the
        parent speaks.
    """

    def __init__(self, work: Callable[[Callable[[Any], None], int], None]) -> None:
        here, there = os.pipe()
        ears, mouth = os.pipe()
        self.id = os.fork()
        if not self.id:
            os.close(here)
            os.close(mouth)
            _live(work, there, ears)
        os.close(there)
        os.close(ears)
        self._heard, self._mouth = os.fdopen(here, "rb"), mouth

    def hear(self) -> Any:
        """Return what the child sends next; None once it is dead."""
        try:
            return pickle.load(self._heard)
        except (EOFError, pickle.UnpicklingError):
            return None

    def silent(self, seconds: float) -> bool:
        """Wait so long for a word of the child; True where none came."""
        return not select([self._heard], [], [], seconds)[0]

    def say(self, word: bytes = b".") -> None:
        """Say something to the child."""
        os.write(self._mouth, word)

    def kill(self) -> None:
        """Kill it with signal 9."""
        os.kill(self.id, signal.SIGKILL)

    def bury(self) -> None:
        """Wait for its end, and forget it."""
        os.waitpid(self.id, 0)
        self._heard.close()
        os.close(self._mouth)


def _live(work: Callable[[Callable[[Any], None], int], None], out: int, ears: int) -> None:
    def tell(value: Any) -> None:
        message = pickle.dumps(value)
        while message:
            message = message[os.write(out, message) :]

    try:
        work(tell, ears)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told, and the child must not return
        tell(RuntimeError(traceback.format_exc()))
    finally:
        os._exit(0)
