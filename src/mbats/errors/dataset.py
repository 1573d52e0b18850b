from mbats.errors.base import MbatsError


class NoDatasetRows(MbatsError):
    """Nothing to learn from: of {bars} bars of {symbols}, {unlabelled} have no label and {featureless} no feature.

    Take a longer range (--start, --end): the first bars warm features up, and the last have no future yet.
    """


class LabelBeyondData(MbatsError):
    """No bar of {symbols} has a label: {label} looks {bars} bars ahead, and there are {rows} at most.

    Take more data (--start, --end), or a label with a nearer end.
    """


class OneClassOnly(MbatsError):
    """All {rows} rows of the dataset have the label {value:g}: there is nothing to tell apart.

    Choose another label than {label}, or a longer range.
    """


class FeatureWithoutValues(MbatsError):
    """{columns}: no value in any of {rows} rows, so nothing can be learnt from it.

    Take it out of the features, give it more data (a longer range, the series or instruments that it reads), or mend
    its function.
    """


class DatasetMissing(MbatsError):
    """No dataset begins with {prefix!r}.

    Each training keeps the one it learns from: mbats model train
    """


class DatasetUnclear(MbatsError):
    """{count} datasets begin with {prefix!r}: {known}.

    Write a few more letters of the one you mean.
    """


class DatasetDamaged(MbatsError):
    """{key} is not what was stored: its SHA-256 is {found}, not {expected}.

    Restore it from a backup, or delete it and build the dataset again, by the training that made it.
    """


class DatasetTableMissing(MbatsError):
    """The table of dataset {dataset} is not there: the object store has no {key}.

    Restore it from a backup, or build the dataset again, by the training that made it.
    """
