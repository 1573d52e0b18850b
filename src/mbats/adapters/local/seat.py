"""One worker's place. It has a pool of its own, so that a death tells which batch it was."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from loky import ProcessPoolExecutor

from mbats.adapters.local import worker
from mbats.pipelines.sweep.batch import MOST_DEATHS, died_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch

_LAST_BYTES = 2_000
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Seat:
    """A worker that is started with its first batch and replaced when it dies.

    Attributes
    ----------
    given
        What it has not given back yet, the batch that it is judging first.
    """

    def __init__(self, parcel: bytes) -> None:
        self._parcel = parcel
        self._words = _empty_file()
        self._deaths = 0
        self._pool = self._started()
        self.given: deque[tuple[Future[Sequence[CellResult]], Batch]] = deque()

    def give(self, batch: Batch) -> None:
        """Hand over a batch, which waits behind the others."""
        self.given.append((self._pool.submit(worker.judge, batch), batch))

    def take(self) -> Iterator[Sequence[CellResult]]:
        """Yield what is done; a worker that died is replaced and judges again what it left.

        Raises
        ------
        mbats.errors.executor.WorkerDied
            Three of them died of the same batch.
        """
        while self.given and self.given[0][0].done():
            try:
                results = self.given[0][0].result()
            except BrokenExecutor:
                self._replace()
            else:
                self.given.popleft()
                self._deaths = 0
                yield results

    def close(self) -> None:
        """End the worker at once, whatever it is doing."""
        self._pool.shutdown(kill_workers=True)
        self._words.unlink(missing_ok=True)

    def _replace(self) -> None:
        left = [batch for _, batch in self.given]
        self._deaths += 1
        if self._deaths == MOST_DEATHS:
            raise died_of(left[0], self._last_words())
        self._pool.shutdown(kill_workers=True)
        self._pool = self._started()
        self.given.clear()
        for batch in left:
            self.give(batch)

    def _started(self) -> ProcessPoolExecutor:
        self._words.write_bytes(b"")
        instructions = (self._parcel, self._words, os.getpid())
        return ProcessPoolExecutor(1, initializer=worker.begin, initargs=instructions, env=_ONE_THREAD)

    def _last_words(self) -> str:
        return self._words.read_bytes()[-_LAST_BYTES:].decode(errors="replace")


def _empty_file() -> Path:
    handle, name = tempfile.mkstemp(prefix="mbats-worker-", suffix=".log")
    os.close(handle)
    return Path(name)
