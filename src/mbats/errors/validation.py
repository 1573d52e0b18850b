from mbats.errors.base import MbatsError


class LabelsWithoutEnd(MbatsError):
    """{count} of {rows} labels do not say when they were known, the first in row {row}: {why}.

    Without an end nothing tells which training rows overlap a test, so these rows cannot be split. Use a label that
    carries its end, such as `forward-return:12` or `triple-barrier`.
    """


class BadSplitter(MbatsError):
    """{splitter}: {problem}.

    An example that works: `{example}`.
    """


class UnknownSplitter(MbatsError):
    """There is no way to split called {name!r}; known: {known}.

    An example that works: `purged-k-fold:folds=5,embargo=0.01`.
    """


class TooFewMoments(MbatsError):
    """{splitter} cannot be made of {moments} decision moments; it needs at least {needed}.

    Use more bars, or fewer folds.
    """


class NothingToTrainOn(MbatsError):
    """{splitter}: split {number} has {tested} test rows and nothing to train on.

    All other rows overlap the test or lie in its embargo. Use more bars, fewer tested groups, a shorter label or a
    shorter embargo.
    """
