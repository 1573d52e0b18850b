"""Airflow: what runs by the clock. Its tasks are ``mbats`` commands in MBATS's own environment."""

from dataclasses import replace

from mbats.stack.service import Health, Login, Probe, Service, Step
from mbats.stack.services.mbats import HOME
from mbats.stack.services.postgres import database

OURS = "mbats.env"
"""The whole environment of an ``mbats`` command, a line a variable: in a file, so that Airflow itself is without it."""

_VARIABLES = {
    "AIRFLOW_HOME": "{folder[airflow]}",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database("airflow"),
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__PARALLELISM": "4",
    "AIRFLOW__CORE__DAGS_FOLDER": "{program[dags]}",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": "{folder[airflow]}/passwords.json",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": "http://{host[airflow]}:{port[airflow]}/execution/",
    "AIRFLOW__CORE__FERNET_KEY": "{secret[airflow_fernet]}=",
    "AIRFLOW__API__HOST": "{host[airflow]}",
    "AIRFLOW__API__PORT": "{port[airflow]}",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__API__SECRET_KEY": "{secret[airflow_session]}",
    "AIRFLOW__API_AUTH__JWT_SECRET": "{secret[airflow_tokens]}{secret[airflow_session]}",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "10",
    "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
    "MBATS_HOME": "{folder[mbats]}",  # so that a container sees the folder; where it is is no secret
    "MBATS_PROGRAM": "{program[mbats]}",
    "MBATS_VARIABLES": f"{{folder[airflow]}}/{OURS}",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
}

AIRFLOW = Service(
    name="airflow",
    title="schedules: downloads, strategies, retraining, backups",
    environment="airflow",
    command="airflow api-server",
    variables=_VARIABLES,
    files={
        "passwords.json": '{{"admin": "{secret[airflow]}"}}',
        OURS: "".join(f"{name}={text}\n" for name, text in (HOME | {"HOME": "{folder[airflow]}"}).items()),
    },
    first=(Step("database", "airflow db migrate"),),
    needs=("postgres", "prepare"),
    port=8080,
    health=Health(Probe.HTTP, "/api/v2/monitor/health"),
    login=Login("admin", "airflow"),
    pages={"Timetables": "/dags"},
    memory=1024,
)


def part(name: str, title: str, command: str) -> Service:
    """Return a component that stands beside the API server, on the same folder and settings."""
    return replace(
        AIRFLOW,
        name=f"airflow-{name}",
        title=title,
        command=f"airflow {command}",
        files={},
        first=(),
        needs=("airflow",),
        port=None,
        health=Health(Probe.PROCESS),
        login=None,
        memory=768,
    )


SILENT = "--skip-serve-logs"
"""Logs are read where they are written, in the folder that all share: their own servers listen at every address."""
PARTS = (
    replace(part("scheduler", "starts what is due, and runs it", f"scheduler {SILENT}"), memory=4096),
    part("dag-processor", "reads the timetables", "dag-processor"),
    part("triggerer", "waits for what others do", f"triggerer {SILENT}"),
)
