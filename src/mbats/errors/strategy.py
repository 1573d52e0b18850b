from mbats.errors.base import MbatsError


class UnknownStrategy(MbatsError):
    """No strategy is named {name!r}, neither in {folder} nor among the installed ones.

    {near}Known: {known}. See them with `mbats strategy list`, or begin one with `mbats strategy new NAME`.
    """


class AmbiguousStrategy(MbatsError):
    """{name!r} names {count} strategies: {references}.

    Say which one you mean by one of these longer names, or rename a class.
    """


class StrategyFileBroken(MbatsError):
    """{file}:{line}: this strategy file cannot be imported: {cause}.

    Mend that line, then look with `mbats strategy list`.
    """


class StrategyInstallBroken(MbatsError):
    """The installed strategy {name!r} ({target}) cannot be imported: {cause}.

    Install the package that brings it again, or remove that package.
    """


class StrategyIncomplete(MbatsError):
    """{file}: {strategy} lacks {missing}.

    Write what is missing; a class that only others build on begins with an underscore.
    """


class StrategyExists(MbatsError):
    """{file} is already there and was left as it is.

    Choose another name, or remove that file first.
    """


class StrategyNotWritten(MbatsError):
    """{file} cannot be written: {why}.

    Go to a folder that you may write to, or name one with --folder.
    """


class StrategyNameInvalid(MbatsError):
    """{name!r} cannot name a strategy.

    Use letters, digits, `-` and `_`, a letter first, for example `mbats strategy new MyIdea`.
    """


class ParameterSyntax(MbatsError):
    """{text!r} sets no parameter of {strategy}.

    Write `--param name=value`; its parameters are {known}.
    """


class ParameterTwice(MbatsError):
    """{strategy}: parameter {name!r} is set twice, to {first!r} and to {second!r}.

    Say it once.
    """


class UnknownParameter(MbatsError):
    """{strategy} has no parameter {name!r}.

    {near}It has {known}.
    """


class InvalidParameter(MbatsError):
    """{strategy}: {problems}.

    Types and bounds are in `mbats strategy list --json`.
    """


class StrategyFailed(MbatsError):
    """{strategy} failed at {where}: {cause}.

    It was deciding on {market}. Mend that line, then try `mbats strategy check {strategy}`.
    """


class MalformedDecision(MbatsError):
    """{strategy}: {problem}.

    It was deciding on {market}. What each field of a decision holds is in docs/strategies.md.
    """


class TooFewBars(MbatsError):
    """{market}: a check of {strategy} needs at least {needed} bars.

    Choose others with --symbol, --vendor or --timeframe, or import more bars with `mbats data import`.
    """


class NothingToCheckOn(MbatsError):
    """The securities master has no {timeframe} bars of {symbols}.

    It has {held}. Name some of them with --symbol, --timeframe and --vendor, or import bars with `mbats data import`.
    """


class NothingTogether(MbatsError):
    """These bars have no time in common, and the strategy is to see them side by side: {ranges}.

    Choose others with --symbol and --vendor, or import bars of the same time with `mbats data import`.
    """


class ParametersOfInstance(MbatsError):
    """{strategy}(...) has its parameters already, so {given} would be ignored.

    Write {strategy}({given}), or hand over the class with parameters beside it: backtest({strategy}, data, {given}).
    """
