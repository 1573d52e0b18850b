"""What judges a sweep's cells, packed so that a fresh process on any machine can open it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import cloudpickle

from mbats.strategies.source import own_modules

if TYPE_CHECKING:
    from mbats.pipelines.sweep.executor import Evaluate


def pack(evaluate: Evaluate) -> bytes:
    """Return `evaluate` in bytes; classes that no worker can import (a notebook's, the user's own files') go along."""
    own = own_modules()
    for module in own:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(evaluate))
    finally:
        for module in own:
            cloudpickle.unregister_pickle_by_value(module)


def unpack(parcel: bytes) -> Evaluate:
    """Return what `pack` packed, with nothing in its caches."""
    evaluate: Evaluate = pickle.loads(parcel)  # noqa: S301 - packed by the process that started this one
    return evaluate
