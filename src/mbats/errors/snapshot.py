from mbats.errors.base import MbatsError


class ObjectMissing(MbatsError):
    """The object store has no {key}.

    Check MBATS_OBJECT_STORE, or take the snapshot again with: mbats data snapshot.
    """


class ObjectExists(MbatsError):
    """The object store already has {key} with other content, and its objects are never overwritten.

    Something wrote to it by hand: move that object away and try again.
    """


class ObjectDamaged(MbatsError):
    """{key} is not what was stored: its SHA-256 is {found}, not {expected}.

    Restore it from a backup, or delete it and take the snapshot again with: mbats data snapshot.
    """


class ObjectStoreUnreachable(MbatsError):
    """The object store {url} does not answer as it should: {why}.

    Check MBATS_OBJECT_STORE, AWS_ENDPOINT_URL and the credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    """

    passing = True


class ObjectStoreFull(MbatsError):
    """The object store {url} has no room left on its disk: {why}.

    What was being stored is not there, not even half of it. Free some space and run the same command again.
    """


class ObjectStoreUnknown(MbatsError):
    """{url}: no way to reach such an object store: {why}.

    Use a folder or s3://bucket/prefix; S3 needs: pip install 'mbats[s3]'.
    """


class SnapshotMissing(MbatsError):
    """No snapshot begins with {prefix!r}.

    Take one with: mbats data snapshot EUR_USD --timeframe H1.
    """


class SnapshotUnclear(MbatsError):
    """{count} snapshots begin with {prefix!r}: {known}.

    Write a few more letters of the one you mean.
    """
