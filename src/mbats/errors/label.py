from mbats.errors.base import MbatsError


class UnknownLabel(MbatsError):
    """There is no label {name!r}; there are: {known}.

    For example: --label triple-barrier:stop=1,target=2,bars=24
    """


class LabelParameterUnknown(MbatsError):
    """Label {label} has no parameter {parameter!r}; it has: {known}.

    Write it like this: triple-barrier:stop=1,target=2,bars=24, or sign:12
    """


class LabelParameterOutOfBounds(MbatsError):
    """Parameter {parameter} of label {label} is {value!r}; it has to be {bounds}.

    Change what follows the label's name, as in: triple-barrier:stop=1,target=2,bars=24
    """


class PrimaryMissing(MbatsError):
    """A meta-label judges the trades of a strategy, and none was named.

    Write it like this: meta:RsiBracket
    """


class PrimaryOfOtherKind(MbatsError):
    """Strategy {strategy} is a {kind} strategy: it has no side of one instrument that a meta-label could judge.

    Name a signal strategy (`mbats strategy list` shows them).
    """


class MetaLabelOutOfPlace(MbatsError):
    """Label meta:{strategy} judges the trades of a strategy, and here scores are followed as directions.

    Choose another label, as triple-barrier. In Python a dataset can have it: label_from(text, primaries(folder)) with
    mbats.pipelines.primary.primaries.
    """


class PrimaryChanged(MbatsError):
    """Strategy {strategy} is another by now than the one that the meta-label judged: code {found}, not {expected}.

    Take its code back to that of the model, or train anew: mbats model train
    """
