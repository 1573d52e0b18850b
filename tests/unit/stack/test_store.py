"""A stack's object store is its own, unless another is brought along."""

import pytest

from mbats.errors.stack import StoreUnnamed
from mbats.stack.deployment import Deployment
from mbats.stack.services.mbats import HOME
from mbats.stack.store import GIVEN
from mbats.stack.table import SERVICES

BROUGHT = {"MBATS_S3_URL": "https://s3.example.org", "MBATS_S3_KEY": "acme", "MBATS_S3_SECRET": "hush"}
WHERE = ("MBATS_OBJECT_STORE", "MBATS_BACKUPS", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def deployed(**given):
    port = {"objects": 9000}
    return Deployment(
        host={"objects": "objects"}, port=port, secret={"objects": "own"}, folder={}, program={}, given=given
    )


def told(**given):
    return tuple(deployed(**given).fill(HOME[name]) for name in WHERE)


def test_the_stack_has_a_store_of_its_own():
    assert told() == ("s3://mbats-", "s3://mbats-backups/stack", "http://objects:9000", "mbats", "own")


def test_one_that_is_brought_along_takes_its_place_for_everybody():
    wanted = ("s3://acme-", "s3://acme-backups/stack", "https://s3.example.org", "acme", "hush")
    assert told(**BROUGHT, MBATS_S3_BUCKETS="acme") == wanted
    assert deployed(**BROUGHT).fill("{store.region}") == "us-east-1"
    assert deployed(**BROUGHT, MBATS_S3_REGION="eu-central-1").fill("{store.region}") == "eu-central-1"


def test_what_is_missing_is_named():
    with pytest.raises(StoreUnnamed, match="MBATS_S3_SECRET is not set"):
        told(MBATS_S3_URL="https://s3.example.org", MBATS_S3_KEY="acme")


def test_whoever_speaks_to_the_store_is_told_by_the_same_words():
    for service in SERVICES:
        for text in (*service.variables.values(), *service.files.values()):
            assert "http://{host[objects]}" not in text, service.name
    assert next(one for one in SERVICES if one.name == "objects").passed == GIVEN
