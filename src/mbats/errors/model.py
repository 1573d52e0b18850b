from mbats.errors.base import MbatsError


class UnknownModel(MbatsError):
    """There is no model {name!r}; known: {known}.

    Train one: mbats model train --name {name} EUR_USD
    """


class UnknownModelVersion(MbatsError):
    """Model {name!r} has no version {number}; it has: {known}.

    See them all: mbats model list {name}
    """


class AliasUnset(MbatsError):
    """No version of model {name!r} is its {alias}.

    See its versions with `mbats model list {name}`, and promote one with `mbats model promote {name}`.
    """


class AliasMoved(MbatsError):
    """The {alias} of model {name!r} is {found} by now, not {expected}: somebody was faster, and nothing was changed.

    Look again with `mbats model list {name}`, then repeat.
    """
