from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.pipelines.sweep.batch import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate


class SequentialExecutor:
    """Judges one batch after another in this process; implements `mbats.pipelines.sweep.executor.Executor`."""

    workers = 1

    def judged(self, evaluate: Evaluate, batches: Iterable[Batch]) -> Iterator[Sequence[CellResult]]:
        """Yield the results of each batch, in order."""
        for batch in batches:
            yield judge(evaluate, batch)
