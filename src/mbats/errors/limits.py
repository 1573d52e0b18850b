from mbats.errors.base import MbatsError


class UnknownLimit(MbatsError):
    """There is no limit called {name!r}.

    The limits are: {known}. Write ``--limit NAME=VALUE``, or ``--limit account.NAME=VALUE`` for all sessions of the
    account together; ``NAME=off`` turns one off.
    """


class BadLimit(MbatsError):
    """The limit {name} cannot be {value!r}: it must be {wanted}, or ``off``."""


class LimitSyntax(MbatsError):
    """{text!r} is no limit. Write NAME=VALUE, for example ``--limit daily_loss=2``."""
