"""MBATS's own services: the preparation of the others, the paper exchange and the trader."""

from mbats.stack.service import Health, Login, Probe, Service
from mbats.stack.services.objects import S3, STORE
from mbats.stack.services.postgres import ADMIN, GUESTS, MODELLER, READER, ROLES

HOME = {
    "MBATS_HOME": "{folder[mbats]}",
    "MBATS_DATABASE_URL": f"postgresql://{ADMIN}:{{secret[postgres]}}@{{host[postgres]}}:{{port[postgres]}}/postgres",
    "MBATS_STRATEGIES": "{folder[mbats]}/strategies",
    "XDG_CACHE_HOME": "{folder[mbats]}/cache",  # one for all: what is compiled once is compiled for every service
    "MBATS_OBJECT_STORE": STORE,
    "MBATS_BACKUPS": f"{STORE}backups/stack",
    "MBATS_ALERTS_FILE": "{folder[mbats]}/alerts.txt",
    "MBATS_MLFLOW_URI": "http://{host[mlflow]}:{port[mlflow]}",
    "MLFLOW_TRACKING_USERNAME": "mbats",
    "MLFLOW_TRACKING_PASSWORD": "{secret[mlflow]}",
} | S3
"""What an ``mbats`` command needs to know of the stack."""
WORKING = (MODELLER, READER, *ROLES)
"""The roles that commands work with."""
_ROLES = (*GUESTS, *WORKING)
"""All roles but the administrator's: their passwords are in the table of secrets, and so are changed there."""

PREPARE = Service(
    name="prepare",
    title="makes roles, databases and buckets, lays out the notebooks, and ends",
    environment="mbats",
    command="{program[mbats]} stack prepare",
    variables=HOME
    | {f"MBATS_PASSWORD_{role.upper()}": f"{{secret[{role}_database]}}" for role in _ROLES}
    | {"MBATS_NOTEBOOKS": "{folder[notebooks]}"},
    needs=("postgres", "objects"),
    once=True,
)
_OPTIONS = ("MARKET", "SYMBOLS", "TIMEFRAME", "START", "SIGNAL", "SEED", "CLOCK", "CASH", "CURRENCY")
EXCHANGE = Service(
    name="exchange",
    title="a paper exchange that speaks OANDA's protocol",
    environment="mbats",
    command=(
        "{program[mbats]} exchange serve --host {host[exchange]} --port {port[exchange]} "
        "--admin-port {port[exchange.operator]}"
    ),
    variables=HOME | {"MBATS_EXCHANGE_TOKEN": "{secret[exchange]}"},
    needs=("prepare",),
    port=8081,
    inner={"operator": 8082},
    passed=tuple(f"MBATS_EXCHANGE_{name}" for name in _OPTIONS),
    health=Health(Probe.TCP),
    login=Login("", "exchange"),
    pages={"Console": "/"},
    guard="The operator's port asks for a token of its own, which the exchange keeps in a file of mode 600.",
    memory=768,
)
TRADER = Service(
    name="trader",
    title="keeps live sessions as they are wanted",
    environment="mbats",
    command="{program[mbats]} trader",
    variables=HOME | {"MBATS_OANDA_ENVIRONMENT": "paper"},
    needs=("exchange",),
    memory=2048,
)
