from __future__ import annotations

from mbats.errors.snapshot import ObjectStoreUnknown, ObjectStoreUnreachable


def make_bucket(url: str) -> None:
    """Make the bucket of ``s3://bucket/prefix``, unless it is there; any other store needs none.

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
    except (OSError, BotoCoreError) as error:
        raise ObjectStoreUnreachable(url=url, why=str(error) or type(error).__name__) from None
