"""What a worker process does: it opens the parcel once, judges batch after batch, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mbats.pipelines.sweep.batch import judge as judge_batch
from mbats.pipelines.sweep.parcel import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate

_SECONDS_BETWEEN_LOOKS = 0.5
_opened: list[Evaluate] = []


def begin(parcel: bytes, words: Path, parent: int) -> None:
    """Make this fresh process a worker.

    Ctrl-C is the parent's business: it ends us. The terminal belongs to its progress bar, so what a strategy prints is
    dropped, and what goes wrong is written to the file `words`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _speak_into(words)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _opened.append(unpack(parcel))


def judge(batch: Batch) -> Sequence[CellResult]:
    """Judge a batch by what the parcel held."""
    return judge_batch(_opened[0], batch)


def _speak_into(words: Path) -> None:
    for name, stream in ((os.devnull, 1), (words, 2)):
        handle = os.open(name, os.O_WRONLY | os.O_APPEND)
        os.dup2(handle, stream)
        os.close(handle)


def _end_with(parent: int) -> None:
    """End when the parent has died: then its children belong to somebody else."""
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)
