"""MLflow: experiments and the registry of models; artefacts go through it to the object store."""

from mbats.stack.service import Health, Login, Probe, Service, Step
from mbats.stack.services.objects import S3, STORE
from mbats.stack.services.postgres import MODELLER, database

USER = "mbats"
_LOGINS = """
[mlflow]
default_permission = MANAGE
database_uri = sqlite:///{folder[mlflow]}/logins.db
admin_username = mbats
admin_password = {secret[mlflow]}
"""

_ADMIN = """
from mlflow.server.auth.config import read_auth_config
from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore

settings, store = read_auth_config(), SqlAlchemyStore()
store.init_db(settings.database_uri)
if store.has_user(settings.admin_username):
    store.update_user(settings.admin_username, password=settings.admin_password)
"""
"""MLflow makes its administrator at the first start, and never reads his password again."""

MLFLOW = Service(
    name="mlflow",
    title="experiments and the registry of models",
    environment="mlflow",
    command=(
        "mlflow server --app-name basic-auth --host {host[mlflow]} --port {port[mlflow]} --workers "
        f"1 --artifacts-destination {STORE}mlflow --serve-artifacts --allowed-hosts "
        "localhost:*,127.0.0.1:*,mlflow:*"
    ),
    variables={
        "MLFLOW_BACKEND_STORE_URI": database("mlflow", MODELLER),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "{secret[mlflow_session]}",
        "MLFLOW_AUTH_CONFIG_PATH": "{folder[mlflow]}/logins.ini",
        "MLFLOW_S3_ENDPOINT_URL": "{store.url}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "DO_NOT_TRACK": "true",
    }
    | S3,
    files={"logins.ini": _LOGINS, "admin.py": _ADMIN},
    first=(Step("admin", "python {folder[mlflow]}/admin.py {mark[mlflow]}"),),
    needs=("postgres", "objects", "prepare"),
    port=5500,
    health=Health(Probe.HTTP, "/health"),
    login=Login(USER, "mlflow"),
    pages={"Experiments": "/#/experiments", "Models": "/#/models"},
    memory=1024,
)
