from mbats.errors.base import MbatsError


class NoSuchService(MbatsError):
    """Address {number} of {count} in MBATS_ALERTS (or MBATS_ALERTS_FILE) is none that Apprise knows.

    The address itself is not shown, because it may hold a password. Services and how their addresses are written are
    listed in Apprise's documentation; `mailtos://user:password@host?to=me@host` is mail, for example.
    """
