"""What a worker of the cluster does."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import ray

from mbats.pipelines.sweep.batch import judge as judge_batch
from mbats.pipelines.sweep.parcel import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Batch, Evaluate


def judge(parcels: Sequence[ray.ObjectRef[bytes]], batch: Batch) -> Sequence[CellResult]:
    """Judge a batch by what the one parcel holds; it comes in a list, since Ray would open it anew for each batch."""
    return judge_batch(_opened(parcels[0]), batch)


@lru_cache(maxsize=1)
def _opened(parcel: ray.ObjectRef[bytes]) -> Evaluate:
    return unpack(ray.get(parcel))
