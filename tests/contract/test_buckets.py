"""A bucket for each kind of object, on a real S3 server."""

from uuid import uuid4

import boto3
import pytest

from mbats.adapters.objects.bucket import make_buckets
from mbats.adapters.objects.store import FsspecObjectStore


@pytest.fixture
def client(s3_server, monkeypatch):
    keys = {"aws_access_key_id": s3_server["key"], "aws_secret_access_key": s3_server["secret"]}
    for name, value in {**keys, "aws_endpoint_url": s3_server["endpoint_url"]}.items():
        monkeypatch.setenv(name.upper(), value)
    return boto3.client("s3", endpoint_url=s3_server["endpoint_url"], region_name="us-east-1", **keys)


@pytest.fixture
def root(client):
    root = f"kinds{uuid4().hex[:8]}-"
    make_buckets(f"s3://{root}", ("tables", "control"), ("control",))
    return root


def test_an_objects_kind_is_its_bucket(client, root, s3_server):
    store = FsspecObjectStore(f"s3://{root}", **s3_server)
    store.put("tables/a", b"bars")
    store.put("control/market-data.xlsx", b"rows")
    assert client.get_object(Bucket=f"{root}tables", Key="a")["Body"].read() == b"bars"
    assert store.get("control/market-data.xlsx") == b"rows"
    assert store.exists("tables/a")
    assert not store.exists("tables/b")
    assert store.keys("tables/") == ["tables/a"]
    assert store.keys("") == ["control/market-data.xlsx", "tables/a"]
    store.remove("tables/a")
    assert store.keys("") == ["control/market-data.xlsx"]


def test_what_a_person_overwrites_can_be_brought_back(client, root):
    assert client.get_bucket_versioning(Bucket=f"{root}control")["Status"] == "Enabled"
    assert "Status" not in client.get_bucket_versioning(Bucket=f"{root}tables")


def test_unfinished_uploads_and_old_versions_do_not_stay(client, root):
    (kept,) = client.get_bucket_lifecycle_configuration(Bucket=f"{root}control")["Rules"]
    assert kept["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    (plain,) = client.get_bucket_lifecycle_configuration(Bucket=f"{root}tables")["Rules"]
    assert plain["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert "NoncurrentVersionExpiration" not in plain


def test_buckets_that_are_there_stay_as_they_are(client, root):
    client.put_bucket_versioning(Bucket=f"{root}control", VersioningConfiguration={"Status": "Suspended"})
    make_buckets(f"s3://{root}", ("tables", "control"), ("control",))
    assert client.get_bucket_versioning(Bucket=f"{root}control")["Status"] == "Suspended"
