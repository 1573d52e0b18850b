"""The object store: any server that speaks S3; SeaweedFS unless told otherwise."""

from mbats.stack.service import Health, Login, Probe, Service

KEY = "mbats"
_IDENTITIES = """
{{"identities": [{{"name": "mbats", "credentials": [{{"accessKey": "mbats", "secretKey": "{secret[objects]}"}}],
"actions": ["Admin", "Read", "Write", "List", "Tagging"]}}]}}
"""

OBJECTS = Service(
    name="objects",
    title="object store: models, datasets, snapshots, control files, reports, backups",
    environment="mbats",
    command=(
        "{program[weed]} mini -dir={folder[objects]} -ip={host[objects]} -ip.bind={host[objects]} "
        "-s3.config={folder[objects]}/identities.json -s3.port={port[objects]} "
        "-master.telemetry=false -admin.ui=false -webdav=false -s3.port.iceberg=0 -s3.port.lance=0 "
        "-s3.allowDeleteBucketNotEmpty=false -s3.autoCreateBucket=false "
        "-master.port={port[objects.master]} -volume.port={port[objects.volume]} "
        "-filer.port={port[objects.filer]} -admin.port={port[objects.admin]} "
        "-filer.localSocket=filer.sock -s3.localSocket=s3.sock"
    ),
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
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": "{secret[objects]}",
    "AWS_ENDPOINT_URL": "http://{host[objects]}:{port[objects]}",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""How any client of ours finds the store."""
