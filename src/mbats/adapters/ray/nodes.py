"""Whether all nodes of a cluster run the same code as this machine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

import ray
from ray.exceptions import NodeDiedError, TaskUnschedulableError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as Affinity

from mbats.errors.executor import RayNodesDiffer

Versions: TypeAlias = dict[str, str]


_PATIENCE = 60.0


def check_nodes() -> None:
    """Return when every node that answers has this machine's versions of the packages that results depend on.

    Raises
    ------
    RayNodesDiffer
    """
    ask = _question()
    ours = ask()
    for node, theirs in _answers(ask).items():
        if theirs != ours:
            raise RayNodesDiffer(node=node, theirs=_told(theirs), ours=_told(ours))


def _answers(ask: Callable[[], Versions]) -> dict[str, Versions]:
    """Return the versions by node; one that is just dying answers nothing, and judges nothing either."""
    nodes = {node["NodeID"]: node["NodeManagerAddress"] for node in ray.nodes() if node["Alive"]}
    remote = ray.remote(num_cpus=0, max_retries=0)(ask)
    asked = {remote.options(scheduling_strategy=Affinity(node, soft=False)).remote(): node for node in nodes}
    answered, _ = ray.wait(list(asked), num_returns=len(asked), timeout=_PATIENCE)
    versions = {}
    for answer in answered:
        with suppress(TaskUnschedulableError, NodeDiedError):
            versions[nodes[asked[answer]]] = ray.get(answer)
    return versions


def _question() -> Callable[[], Versions]:
    """Return a function that travels by value, since a node without MBATS could not import one of ours."""

    def versions() -> Versions:
        from importlib.metadata import version
        from importlib.util import find_spec

        return {name: version(name) if find_spec(name) else "missing" for name in ("mbats", "numpy", "numba")}

    return versions


def _told(versions: Versions) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
