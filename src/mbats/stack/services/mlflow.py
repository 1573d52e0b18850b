"""MLflow: experiments and the registry of models; artefacts go through it to the object store."""

from mbats.stack.service import Health, Login, Probe, Service
from mbats.stack.services.objects import S3
from mbats.stack.services.postgres import MODELLER, database

USER = "mbats"
_LOGINS = """
[mlflow]
default_permission = MANAGE
database_uri = sqlite:///{folder[mlflow]}/logins.db
admin_username = mbats
admin_password = {secret[mlflow]}
"""

MLFLOW = Service(
    name="mlflow",
    title="experiments and the registry of models",
    environment="mlflow",
    command=(
        "mlflow server --app-name basic-auth --host {host[mlflow]} --port {port[mlflow]} --workers "
        "1 --artifacts-destination s3://mbats/mlflow --serve-artifacts --allowed-hosts "
        "localhost:*,127.0.0.1:*,mlflow:*"
    ),
    variables={
        "MLFLOW_BACKEND_STORE_URI": database("mlflow", MODELLER),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "{secret[mlflow_session]}",
        "MLFLOW_AUTH_CONFIG_PATH": "{folder[mlflow]}/logins.ini",
        "MLFLOW_S3_ENDPOINT_URL": "http://{host[objects]}:{port[objects]}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "DO_NOT_TRACK": "true",
    }
    | S3,
    files={"logins.ini": _LOGINS},
    needs=("postgres", "objects", "prepare"),
    port=5500,
    health=Health(Probe.HTTP, "/health"),
    login=Login(USER, "mlflow"),
    memory=1024,
)
