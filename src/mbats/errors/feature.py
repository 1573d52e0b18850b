from mbats.errors.base import MbatsError


class UnknownFeature(MbatsError):
    """There is no feature {name!r}, nor a set of features of that name.

    {near}Known: {known}. Sets: {sets}. Your own stand in Python files in {folder}; see docs/features.md.
    """


class FeatureFileBroken(MbatsError):
    """{file}:{line}: this file of features cannot be run: {cause}.

    Mend that line; how a feature is written is in docs/features.md.
    """


class FeatureInstallBroken(MbatsError):
    """The installed feature {name!r} ({target}) cannot be used: {cause}.

    Install the package that brings it again, or remove that package.
    """


class FeatureMisdefined(MbatsError):
    """The feature {feature} is defined wrongly: {problem}.

    How a feature is written is in docs/features.md.
    """


class FeatureTwice(MbatsError):
    """Two features make the column {column!r}.

    Name it once.
    """


class FeatureNameTaken(MbatsError):
    """{first} and {second} both define a feature {name!r}.

    Rename one of them.
    """


class UnknownFeatureParameter(MbatsError):
    """The feature {feature} has no parameter {parameter!r}.

    It has {known}. Write {example}.
    """


class InvalidFeatureParameter(MbatsError):
    """The feature {feature}: {parameter} is {value!r}, and has to be {due}.

    Write for example {example}.
    """


class FeatureBroken(MbatsError):
    """{file}:{line}: the feature {feature} failed: {cause}.

    It was computed on {market}. Mend that line, then try again.
    """


class MalformedFeature(MbatsError):
    """The feature {feature} returned {found} where one number a bar is due: a float64 column of shape ({rows},).

    Return NaN where there is no value.
    """


class FeatureChanged(MbatsError):
    """The feature {feature} is made by other code by now: {found}, and not {expected}, with which it was recorded.

    Go back to the commit that it was recorded at, or build the dataset and train the model again.
    """


class FeatureDataMissing(MbatsError):
    """The feature {feature} reads {reads}, which is not among what was handed in: {known}.

    Name that instrument beside the others, or the series in the snapshot.
    """


class FeatureStateMissing(MbatsError):
    """The feature {feature} depends on all bars since its anchor, and no state to go on from was handed in for it.

    Compute it from its anchor, or hand in the state that `FeatureSet.states` returned.
    """


class FeatureHistoryMissing(MbatsError):
    """The feature {feature} goes on from the bar that opened at {time}, which is missing in the history: {held}.

    Read bars that reach back to it.
    """


class FeatureWithoutState(MbatsError):
    """The feature {feature} depends on all bars since its anchor and cannot go on from a state: it is for research.

    Take it out of a model that is to trade, or take a feature of the catalogue with a state or a lookback of its own.
    """


class FeatureTimeframe(MbatsError):
    """Bars of {timeframe} cannot be gathered from {market}'s bars, which are longer: {own}.

    Choose a longer timeframe in the feature, or shorter bars with --timeframe.
    """


class SeriesColumnMissing(MbatsError):
    """The series {series!r} has no column {column!r}.

    It has {known}. Write for example series_value:{series},COLUMN.
    """


class LoggedRunMissing(MbatsError):
    """There is no logged run in {folder}.

    Log one: run a Backtrader strategy with the analyzer FeatureLogger and folder={folder}.
    """


class LoggedRunDamaged(MbatsError):
    """{file} is no table of a logged run: {cause}.

    Log the run again, or take the file away.
    """
