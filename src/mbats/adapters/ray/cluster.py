"""Membership in a Ray cluster, for as long as a sweep lasts."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mbats.adapters.ray.head import find_head
from mbats.errors.executor import RayNotInstalled, RayRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECT_STORE = 2**27
"""Bytes of shared memory for a node of ours; what comes back from a batch is small."""

_PRIVATE = {"RAY_USAGE_STATS_ENABLED": "0"}
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""So Ray is told to stay on this machine; despite its name it counts on Linux, too."""
_logger = logging.getLogger(__name__)
_SILENT: dict[str, Any] = {"log_to_driver": False, "logging_level": "critical"}


class Cluster:
    """A cluster by the address of its head, or, without one, a Ray of our own on this machine.

    Raises
    ------
    RayNotInstalled
    """

    def __init__(self, address: str | None, cpus: int) -> None:
        if find_spec("ray") is None:
            raise RayNotInstalled
        self._address = address
        self._cpus = cpus

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Join for the length of a block; a cluster that this process has joined before stays as it is.

        Raises
        ------
        InvalidRayAddress, RayUnreachable, RayRefused, RayNodesDiffer
        """
        keep_to_itself(self._address)
        records = logging.getLogRecordFactory()
        import ray

        # Ray adds a time of its own to everybody's log lines.
        logging.setLogRecordFactory(records)
        if ray.is_initialized():
            yield
            return
        try:
            self._join()
            logging.setLogRecordFactory(records)
            yield
        finally:
            ray.shutdown()

    def _join(self) -> None:
        import ray
        from ray._private import worker

        from mbats.adapters.ray.nodes import check_nodes

        # Ray prints what befalls the cluster to stdout and has no switch for it.
        worker.print_to_stdstream = _log
        if self._address is None:
            ray.init("local", num_cpus=self._cpus, object_store_memory=OBJECT_STORE, include_dashboard=False, **_SILENT)
            return
        find_head(self._address)
        try:
            ray.init(self._address, **_SILENT)
        except (RuntimeError, ConnectionError, ValueError, SystemExit) as error:
            raise RayRefused(address=self._address, cause=" ".join(str(error).split())) from error
        check_nodes()


def keep_to_itself(address: str | None) -> None:
    """Let the Ray of this process report nothing, and stay on this machine unless its `address` is elsewhere."""
    here = address is None or address.startswith("127.")
    os.environ.update(_PRIVATE | (_LOOPBACK if here else {}))


def _log(data: Any, ignore_prefix: bool) -> None:  # noqa: ARG001 - as Ray calls it
    for line in data["lines"]:
        _logger.info("ray: %s", " ".join(line.split()))
