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

    Name one that there is, by its number ({name}/1) or as {name}@challenger: `mbats model list {name}` shows them. One
    becomes champion by `mbats model promote {name}`.
    """


class AliasMoved(MbatsError):
    """The {alias} of model {name!r} is {found} by now, not {expected}: somebody was faster, and nothing was changed.

    Look again with `mbats model list {name}`, then repeat.
    """


class ModelArtefactMissing(MbatsError):
    """The object store lacks {key}, a part of a registered model.

    Nothing was scored. Restore the object store from a backup, check that MBATS_OBJECT_STORE names the one that the
    model was trained into, or train anew: mbats model train
    """


class ModelArtefactDamaged(MbatsError):
    """{key} is not what was registered: its SHA-256 is {found}, not {expected}.

    It was not loaded, since whoever changed it may have changed anything. Restore it from a backup, or train anew:
    mbats model train
    """


class ModelNameUnfit(MbatsError):
    """{name!r} cannot be the name of a model.

    Take letters, digits, points, dashes and underscores, a letter or digit first, 100 at most: --name eurusd-trend.
    """
