"""An executor on worker processes of this machine."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from loky import cpu_count

from mbats.adapters.local.seat import Seat
from mbats.errors.executor import InvalidWorkers
from mbats.pipelines.sweep.parcel import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate

_AHEAD = 2
"""Batches at a worker: one that it judges, one that it finds when it is done."""
_MOST_PER_CORE = 16


class LocalExecutor:
    """Fresh processes, not forks: they inherit no thread, connection or lock, and run nobody's main script again.

    Parameters
    ----------
    workers
        How many; None: one for each core that this process may use.

    Raises
    ------
    InvalidWorkers
    """

    def __init__(self, workers: int | None = None) -> None:
        most = _MOST_PER_CORE * cpu_count()
        if workers is not None and not 1 <= workers <= most:
            raise InvalidWorkers(count=workers, where="on this machine", most=most)
        self._workers = workers or cpu_count()

    @property
    def workers(self) -> int:
        """How many batches are judged at a time."""
        return self._workers

    def judged(self, evaluate: Evaluate, batches: Iterable[Batch]) -> Iterator[Sequence[CellResult]]:
        """Yield the results of each batch as it is done; the workers end with the iterator."""
        parcel = pack(evaluate)
        with ExitStack() as stack:
            seats = [stack.enter_context(closing(Seat(parcel))) for _ in range(self.workers)]
            for batch in batches:
                while len((freest := min(seats, key=lambda seat: len(seat.given))).given) == _AHEAD:
                    yield from _done(seats)
                freest.give(batch)
            while any(seat.given for seat in seats):
                yield from _done(seats)


def _done(seats: Sequence[Seat]) -> Iterator[Sequence[CellResult]]:
    """Wait until a worker is done with a batch, or dead."""
    wait([seat.given[0][0] for seat in seats if seat.given], return_when=FIRST_COMPLETED)
    for seat in seats:
        yield from seat.take()
