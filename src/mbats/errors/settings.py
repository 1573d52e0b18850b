from mbats.errors.base import MbatsError


class InvalidDatabaseUrl(MbatsError):
    """MBATS_DATABASE_URL={url} does not name a PostgreSQL server: {why}.

    Write it as postgresql://user:password@host:5432/ (the password may stay in ~/.pgpass instead), or unset it and
    MBATS runs a PostgreSQL of its own under MBATS_HOME.
    """


class InvalidObjectStore(MbatsError):
    """MBATS_OBJECT_STORE={url} is neither a folder nor a bucket: {why}.

    Give a path, file:///path or s3://bucket/prefix, or unset it to keep objects under MBATS_HOME.
    """


class HomeIsNoFolder(MbatsError):
    """MBATS_HOME={home} is a file, but MBATS keeps its state in a folder.

    Point MBATS_HOME at a folder (it is made when it does not exist), or unset it to use .mbats here.
    """


class InvalidLogSetting(MbatsError):
    """{name}={value!r} is not among {known}.

    Set it to one of them, or unset it.
    """
