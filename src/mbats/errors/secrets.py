from mbats.errors.base import MbatsError


class SecretsBroken(MbatsError):
    """The secrets in {file} cannot be read: {cause}.

    Restore the file from a backup (mode 600). Without it the databases that it opens stay closed: new secrets fit no
    old database.
    """
