"""The object store: any server that speaks S3; SeaweedFS unless told otherwise."""

from mbats.stack.service import Health, Login, Probe, Service, Step
from mbats.stack.store import GIVEN

KEY = "mbats"
STORE = "{store.buckets}"
"""A bucket for each kind of object."""
KINDS = ("models", "datasets", "tables", "snapshots", "control", "reports", "mlflow")
VERSIONED = ("models", "control", "reports", "mlflow")
"""Those where somebody may overwrite or delete by mistake; the others hold what is named by its content."""
_IDENTITIES = """
{{"identities": [{{"name": "mbats", "credentials": [{{"accessKey": "mbats", "secretKey": "{secret[objects]}"}}],
"actions": ["Admin", "Read", "Write", "List", "Tagging"]}}]}}
"""
_PAIR = 'cert = "{folder[objects]}/tls.crt"\nkey = "{folder[objects]}/tls.key"\n'
_AUTHORITY = 'ca = "{folder[objects]}/tls.crt"\n'
_PARTS = ("master", "volume", "filer", "admin")
_TRUST = (
    f"[grpc]\n{_AUTHORITY}"
    + "".join(f"[grpc.{part}]\n{_PAIR}" for part in (*_PARTS, "s3", "worker", "client"))
    + "".join(f"[https.{part}]\n{_AUTHORITY}{_PAIR}" for part in _PARTS)
    + f"[https.client]\nenabled = true\n{_AUTHORITY}{_PAIR}"
)
"""Every port but S3's own speaks to none that lacks the store's own key: none of them knows a login."""

OBJECTS = Service(
    name="objects",
    title="object store: models, datasets, snapshots, control files, reports, backups",
    environment="mbats",
    command=(
        "{program[python]} -m mbats.stack.elsewhere {host[objects]} {port[objects]} "
        "{program[weed]} mini -dir={folder[objects]} -ip={host[objects]} -ip.bind={host[objects]} "
        "-s3.config={folder[objects]}/identities.json -s3.port={port[objects]} "
        "-master.telemetry=false -admin.ui=false -webdav=false -s3.port.iceberg=0 -s3.port.lance=0 "
        "-s3.allowDeleteBucketNotEmpty=false -s3.autoCreateBucket=false "
        "-master.port={port[objects.master]} -volume.port={port[objects.volume]} "
        "-filer.port={port[objects.filer]} -admin.port={port[objects.admin]} "
        "-filer.localSocket=filer.sock -s3.localSocket=s3.sock"
    ),
    passed=GIVEN,
    files={"identities.json": _IDENTITIES, "security.toml": _TRUST},
    first=(Step("key", "{program[python]} -m mbats.adapters.objects.certificate {folder[objects]} {host[objects]}"),),
    port=9000,
    inner={"master": 9010, "volume": 9020, "filer": 9030, "admin": 9040},
    health=Health(Probe.HTTP, "/healthz"),
    login=Login(KEY, "objects"),
    guard="The inner ports speak TLS with whoever shows the store's own key, and with nobody else.",
    memory=1024,
)
S3 = {
    "AWS_ACCESS_KEY_ID": "{store.key}",
    "AWS_SECRET_ACCESS_KEY": "{store.secret}",
    "AWS_ENDPOINT_URL": "{store.url}",
    "AWS_DEFAULT_REGION": "{store.region}",
}
"""How any client of ours finds the store."""
