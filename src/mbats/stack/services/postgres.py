"""PostgreSQL: the system of record, and the databases of MLflow, Airflow and Superset beside ours."""

from mbats.stack.service import Health, Login, Probe, Service, Step

ADMIN = "mbats_admin"
GUESTS = ("airflow", "superset")
"""Services that keep their own database there, each under its own role."""
MODELLER = "mbats_modeller"
"""The role of MLflow's database, which MBATS reaches, too, where it has no server."""
READER = "bi_reader"
"""The role of dashboards, which sees the ``report`` views and nothing else."""

ROLES = ("mbats_owner", "mbats_writer", "mbats_tuner")
"""The roles that MBATS itself works with."""

_SETTINGS = """
listen_addresses = '{host[postgres]}'
port = {port[postgres]}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
{tuned}
checkpoint_timeout = '15min'
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
"""
_DOORS = f"""
host all {ADMIN} all scram-sha-256
host secmaster,risk mbats_owner,mbats_writer,{READER} all scram-sha-256
host optuna mbats_tuner all scram-sha-256
host mlflow {MODELLER} all scram-sha-256
host sameuser {",".join(GUESTS)} all scram-sha-256
"""
"""Nobody but the administrator even knocks at a database that is not his, `postgres` and `template1` included."""

POSTGRES = Service(
    name="postgres",
    title="system of record: securities master, risk, and the other services' own databases",
    environment="mbats",
    command=(
        "{program[postgres]} -D {folder[postgres]}/data -c "
        "config_file={folder[postgres]}/postgres.conf -c hba_file={folder[postgres]}/doors.conf"
    ),
    files={"postgres.conf": _SETTINGS, "doors.conf": _DOORS, "superuser": "{secret[postgres]}"},
    first=(
        Step(
            "cluster",
            (
                "{program[initdb]} --pgdata {folder[postgres]}/draft --username mbats_admin "
                "--auth=scram-sha-256 --pwfile {folder[postgres]}/superuser --encoding=UTF8 "
                "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
            ),
            fresh="{folder[postgres]}/draft",
        ),
        Step("place", "mv --no-clobber --no-target-directory {folder[postgres]}/draft {folder[postgres]}/data"),
    ),
    port=5432,
    health=Health(Probe.POSTGRES, ADMIN),
    login=Login(ADMIN, "postgres"),
    memory=2048,
    shared_memory=256,
    account="nobody",
)


def database(name: str, role: str = "") -> str:
    """Return the URL, to be filled in, by which a service reaches its database; its role has the same name, usually."""
    role = role or name
    return f"postgresql+psycopg2://{role}:{{secret[{role}_database]}}@{{host[postgres]}}:{{port[postgres]}}/{name}"
