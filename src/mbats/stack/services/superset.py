"""Superset: dashboards over the ``report`` views, read as `bi_reader`."""

from mbats.stack.dashboards import catalogue
from mbats.stack.service import Health, Login, Probe, Service, Step
from mbats.stack.services.postgres import READER, database

_CONFIGURATION = """
import copy
import os

from superset.config import TALISMAN_CONFIG as usual

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE"]
TALISMAN_ENABLED = True
TALISMAN_CONFIG = copy.deepcopy(usual)
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]
TALISMAN_CONFIG["force_https"] = False
TALISMAN_CONFIG["session_cookie_secure"] = False
"""
_CREATE = """
import os

from superset.app import create_app

application = create_app()
with application.app_context():
    security = application.appbuilder.sm
    admin = security.find_user("admin")
    if admin:
        security.reset_password(admin.id, os.environ["SUPERSET_PASSWORD"])
    else:
        role = security.find_role("Admin")
        security.add_user("admin", "MBATS", "Admin", "admin@example.org", role, os.environ["SUPERSET_PASSWORD"])
"""

SUPERSET = Service(
    name="superset",
    title="dashboards: backtests, trades, live, data health, models",
    environment="superset",
    command=(
        "gunicorn -w 2 -k gthread --threads 8 --timeout 120 -b {host[superset]}:{port[superset]} "
        "'superset.app:create_app()'"
    ),
    variables={
        "SUPERSET_CONFIG_PATH": "{folder[superset]}/superset_config.py",
        "SUPERSET_SECRET_KEY": "{secret[superset_session]}",
        "SUPERSET_DATABASE": database("superset"),
        "SUPERSET_PASSWORD": "{secret[superset]}",
        "FLASK_APP": "superset.app:create_app()",
    },
    files={"superset_config.py": _CONFIGURATION, "admin.py": _CREATE},
    first=(
        Step("database", "superset db upgrade"),
        Step("roles", "superset init"),
        Step("admin", "python {folder[superset]}/admin.py {mark[superset]}"),
    ),
    needs=("postgres", "prepare"),
    port=8088,
    health=Health(Probe.HTTP, "/health"),
    login=Login("admin", "superset"),
    pages={page.title: f"/superset/dashboard/{page.slug}/" for page in catalogue.DASHBOARDS},
    memory=1536,
)
DASHBOARDS = Service(
    name="dashboards",
    title="brings the dashboards into Superset, and ends",
    environment="mbats",
    command="{program[mbats]} stack dashboards",
    variables={
        "MBATS_SUPERSET_URL": "http://{host[superset]}:{port[superset]}",
        "MBATS_SUPERSET_PASSWORD": "{secret[superset]}",
        "MBATS_REPORT_URL": f"postgresql+psycopg2://{READER}@{{host[postgres]}}:{{port[postgres]}}",
        "MBATS_REPORT_PASSWORD": f"{{secret[{READER}_database]}}",
    },
    needs=("superset",),
    once=True,
)
