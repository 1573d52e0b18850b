from mbats.errors.base import MbatsError


class BadLength(MbatsError):
    """{text!r} is no length of a window.

    Write a whole number above zero and its unit: `2y`, `6m`, `90d`, or `5000b` for bars.
    """


class WindowsDoNotFit(MbatsError):
    """Training on {train}{gap} leaves nothing to test: the bars reach from {first} to {last}.

    Shorten --train, or choose more bars with --start, --end or `mbats data import`.
    """


class SetsDisagree(MbatsError):
    """{strategy} says {field}={first} in step {first_step} and {field}={second} in step {second_step}.

    One account can follow only one of them. Fix what decides it with --param, and leave it out of --grid.
    """


class NothingChosen(MbatsError):
    """No step found parameters that {objective} can rank{constraints}, in {steps} training windows.

    {why}Loosen the constraints, lengthen --train, or name another --objective.
    """


class WindowWithoutBars(MbatsError):
    """{symbol} has no bars from {first} to {last}, {what}.

    Leave it out, or choose a range in which all instruments have bars with --start and --end.
    """


class SearchNeedsResults(MbatsError):
    """A walk-forward searches every training window in one go, which --bayesian, led by results, cannot.

    Use --grid alone, or draw from it with --random N.
    """
