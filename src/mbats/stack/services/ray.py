"""A Ray cluster for sweeps: a head and workers in MBATS's own environment, opened by a token alone."""

from dataclasses import replace

from mbats.stack.profile import Profile
from mbats.stack.service import Health, Probe, Service
from mbats.stack.services.airflow import OURS
from mbats.stack.services.mbats import HOME

_NAME = "ray"
_TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "{secret[ray]}"}
_DOOR = {"RAY_ADDRESS": "{host[ray]}:{port[ray]}"} | _TOKEN
"""How an ``mbats`` command finds the cluster."""


def _node(name: str, cpus: int) -> str:
    """Return the command of a node."""
    own, head = f"{{host[{name}]}}", "{host[ray]}:{port[ray]}"
    return f"{{program[python]}} -m mbats.adapters.ray.node {own} {head} {cpus} {{folder[ray]}}"


RAY = Service(
    name="ray",
    title="shares a sweep's cells out among workers",
    environment="mbats",
    command=_node("ray", 0),
    variables=HOME | _TOKEN,
    needs=("prepare",),
    port=6380,
    health=Health(Probe.TCP),
    guard="Ray answers only who bears its token, and so do the ports that it opens between its nodes.",
    memory=1024,
    shared_memory=256,
    profile=_NAME,
)


def _worker(number: int) -> Service:
    name = f"ray-worker-{number}"
    title, command = "judges a sweep's cells", _node(name, 1)
    return replace(
        RAY, name=name, title=title, command=command, needs=("ray",), port=None, health=Health(Probe.PROCESS), guard=""
    )


def _rows(workers: int) -> tuple[Service, ...]:
    return RAY, *(_worker(number) for number in range(1, workers + 1))


def _change(service: Service, workers: int) -> Service:  # noqa: ARG001 - a profile's form
    knows = "MBATS_DATABASE_URL" in service.variables
    lines = "".join(f"{name}={text}\n" for name, text in _DOOR.items())
    return replace(
        service,
        variables={**service.variables, **_DOOR} if knows else service.variables,
        files={name: text + lines if name == OURS else text for name, text in service.files.items()},
    )


CLUSTER = Profile(_NAME, "a Ray cluster for sweeps", _rows, _change)
