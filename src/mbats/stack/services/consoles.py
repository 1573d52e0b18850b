"""Where people look and type: JupyterLab and pgAdmin."""

from mbats.stack.service import Health, Login, Probe, Service, Step
from mbats.stack.services.mbats import HOME
from mbats.stack.services.postgres import ADMIN

# {program[share]} is the kernel's own: plotly keeps there what draws its charts in JupyterLab.
_KERNEL = """
{{"argv": ["{program[python]}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"],
"display_name": "MBATS", "language": "python"}}
"""
# JupyterLab would ask whether it may fetch news.
_SETTINGS = '{{"@jupyterlab/apputils-extension:notification": {{"fetchNews": "false", "checkForUpdates": false}}}}'

JUPYTER = Service(
    name="jupyter",
    title="notebooks, with MBATS in their kernel",
    environment="jupyter",
    command=(
        "jupyter lab --allow-root --no-browser --ip={host[jupyter]} --port={port[jupyter]} "
        "--ServerApp.allow_remote_access=False --ServerApp.local_hostnames=localhost "
        "--ServerApp.local_hostnames={host[jupyter]} --ServerApp.root_dir={folder[notebooks]} --LabApp.news_url= "
        "--LabApp.extension_manager=readonly "
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate "
        "--LabApp.app_settings_dir={folder[jupyter]}/settings "
        "--KernelSpecManager.ensure_native_kernel=False --KernelSpecManager.allowed_kernelspecs=mbats "
        "--MultiKernelManager.default_kernel_name=mbats"
    ),
    variables=HOME
    | {
        "JUPYTER_TOKEN": "{secret[jupyter]}",
        "JUPYTER_CONFIG_DIR": "{folder[jupyter]}",
        "JUPYTER_DATA_DIR": "{folder[jupyter]}/data",
        "JUPYTER_PATH": "{folder[jupyter]}/share:{program[share]}",
    },
    files={"share/kernels/mbats/kernel.json": _KERNEL, "settings/overrides.json": _SETTINGS},
    needs=("prepare",),
    port=8888,
    health=Health(Probe.HTTP, "/login"),
    login=Login("", "jupyter", "/lab"),
    pages={"Notebooks": "/lab"},
    memory=2048,
)

_MAIL = "admin@example.org"
_PGADMIN = """
SERVER_MODE = True
DATA_DIR = "{folder[pgadmin]}"
LOG_FILE = "{folder[pgadmin]}/pgadmin.log"
SQLITE_PATH = "{folder[pgadmin]}/pgadmin.db"
SESSION_DB_PATH = "{folder[pgadmin]}/sessions"
STORAGE_DIR = "{folder[pgadmin]}/storage"
AZURE_CREDENTIAL_CACHE_DIR = "{folder[pgadmin]}/azure"
KERBEROS_CCACHE_DIR = "{folder[pgadmin]}/kerberos"
UPGRADE_CHECK_ENABLED = False
MASTER_PASSWORD_REQUIRED = False
SHOW_GRAVATAR_IMAGE = False
"""
_ADMIN = """
import os

import config
from flask_security.utils import hash_password
from pgadmin import create_app
from pgadmin.model import User, db

application = create_app(config.APP_NAME + "-cli")
with application.test_request_context():
    user = User.query.filter_by(email=os.environ["PGADMIN_SETUP_EMAIL"]).one()
    user.password = hash_password(os.environ["PGADMIN_SETUP_PASSWORD"])
    user.login_attempts = 0
    db.session.commit()
"""
_SERVERS = """
{{"Servers": {{"1": {{"Name": "MBATS", "Group": "MBATS", "Host": "{host[postgres]}", "Port": {port[postgres]},
"MaintenanceDB": "risk", "Username": "mbats_admin",
"ConnectionParameters": {{"sslmode": "prefer", "passfile": "/passwords"}}}}}}}}
"""

PGADMIN = Service(
    name="pgadmin",
    title="a console for the databases",
    environment="pgadmin",
    command=(
        "gunicorn --no-control-socket --bind {host[pgadmin]}:{port[pgadmin]} --workers 1 --threads "
        "25 --chdir {program[pgadmin]} pgAdmin4:app"
    ),
    variables={
        "PYTHONPATH": "{folder[pgadmin]}/settings:{program[pgadmin]}",
        "PGADMIN_SETUP_EMAIL": _MAIL,
        "PGADMIN_SETUP_PASSWORD": "{secret[pgadmin]}",
    },
    files={
        "settings/config_local.py": _PGADMIN,
        "servers.json": _SERVERS,
        "admin.py": _ADMIN,
        "storage/admin_example.org/passwords": f"{{host[postgres]}}:{{port[postgres]}}:*:{ADMIN}:{{secret[postgres]}}",
    },
    first=(
        Step("database", "python {program[pgadmin]}/setup.py setup-db"),
        Step("admin", "python {folder[pgadmin]}/admin.py {mark[pgadmin]}"),
        Step(
            "servers",
            (
                "python {program[pgadmin]}/setup.py load-servers {folder[pgadmin]}/servers.json --user "
                "admin@example.org --replace"
            ),
        ),
    ),
    needs=("prepare",),
    port=1234,
    health=Health(Probe.HTTP, "/misc/ping"),
    login=Login(_MAIL, "pgadmin"),
    pages={"Console": "/"},
    memory=512,
)
