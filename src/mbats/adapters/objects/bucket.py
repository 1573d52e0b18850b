from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from mbats.errors.snapshot import ObjectStoreUnknown, ObjectStoreUnreachable
from mbats.secmaster.object_store import has_buckets

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOG = logging.getLogger(__name__)
_OLD = 90
"""Days for which content that was overwritten or deleted can be brought back."""
_UNFINISHED = 7
"""Days after which parts of an upload that nobody finished are removed."""


def make_bucket(url: str, *, versioned: bool = False) -> None:
    """Make the bucket of ``s3://bucket/prefix``, unless it is there; any other store needs none.

    What was overwritten in a `versioned` bucket can be brought back for some months. A server that knows no versions
    or no lifecycle does without.

    Raises
    ------
    ObjectStoreUnknown, ObjectStoreUnreachable
    """
    if not url.startswith("s3://"):
        return
    from botocore.exceptions import BotoCoreError

    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ObjectStoreUnknown(url=url, why=error) from None
    bucket = root.partition("/")[0]
    try:
        if not files.exists(bucket):
            files.mkdir(bucket)
            _keep(files, bucket, versioned=versioned)
    except (OSError, BotoCoreError) as error:
        raise ObjectStoreUnreachable(url=url, why=str(error) or type(error).__name__) from None


def make_buckets(url: str, kinds: Iterable[str], versioned: Iterable[str]) -> None:
    """Make the buckets of ``s3://mbats-``, one for each of `kinds`; of any other store its one bucket.

    Raises
    ------
    ObjectStoreUnknown, ObjectStoreUnreachable
    """
    if not has_buckets(url):
        make_bucket(url)
        return
    for kind in kinds:
        make_bucket(url + kind, versioned=kind in versioned)


def _keep(files: Any, bucket: str, *, versioned: bool) -> None:
    rule: dict[str, Any] = {
        "ID": "mbats",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UNFINISHED},
    }
    if versioned:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": _OLD}
        _ask(files, "put_bucket_versioning", bucket, VersioningConfiguration={"Status": "Enabled"})
    _ask(files, "put_bucket_lifecycle_configuration", bucket, LifecycleConfiguration={"Rules": [rule]})


def _ask(files: Any, call: str, bucket: str, **options: Any) -> None:
    """Ask for what a server may not know, and go on without it."""
    try:
        files.call_s3(call, Bucket=bucket, **options)
    except (OSError, NotImplementedError) as refused:
        _LOG.warning("the object store does without %s for %s: %s", call, bucket, refused)
