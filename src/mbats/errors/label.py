from mbats.errors.base import MbatsError


class UnknownLabel(MbatsError):
    """There is no label {name!r}; there are: {known}.

    For example: --label triple-barrier:stop=1,target=2,bars=24
    """


class LabelParameterUnknown(MbatsError):
    """Label {label} has no parameter {parameter!r}; it has: {known}.

    Write it like this: {example}
    """


class LabelParameterOutOfBounds(MbatsError):
    """Parameter {parameter} of label {label} is {value!r}; it has to be {bounds}.

    Change what follows the label's name, as in: triple-barrier:stop=1,target=2,bars=24
    """
