from mbats.errors.base import MbatsError


class NothingToTrade(MbatsError):
    """There is nothing to simulate: no bars for {symbols}.

    Import some with `mbats data import FILE`, or choose a range that has bars (`mbats data list` shows it).
    """


class InstrumentSharedByStrategies(MbatsError):
    """{symbol} is given to both {first} and {second}: on one netting account they would close each other's positions.

    Give each instrument to one strategy, or run the two in backtests of their own.
    """


class TimeframesDiffer(MbatsError):
    """One simulation runs on one timeframe, but {first} has {first_timeframe} bars and {other} has {other_timeframe}.

    Choose bars of one timeframe for all instruments (`mbats data list` shows what there is).
    """


class NoQuotes(MbatsError):
    """The bars of {symbol} ({vendor}) have no bid and ask, so the costs {costs!r} cannot be charged on them.

    State the spread with `--spread PIPS` (`Spread(SpreadSource.FIXED, pips=...)`), run with `--no-costs`, which trades
    at mid, or import bars with both sides.
    """


class NotASimulatedStrategy(MbatsError):
    """{strategy} is neither a signal strategy, nor a target strategy, nor a subclass of bt.Strategy.

    Backtrader runs those three kinds only; hand over an instance of the first two, or the class of the third.
    """


class SplitSuspected(MbatsError):
    """{symbol} opened on {days} as if its shares had been split, and nobody has told its corporate actions.

    Import them (`mbats data import FILE --series corporate_actions`), or choose a range without those days.
    """


class NoStopToSizeBy(MbatsError):
    """{strategy} wants target positions, which have no stop, so a percentage at risk gives them no size.

    Size it by the volatility of a position with `--volatility PERCENT` (`volatility_target(10)` in a notebook), or
    state the units of a full position with `--units N` (`fixed_units(1_000)`).
    """


class SplitInTheWay(MbatsError):
    """{symbol} was split inside the range of this run ({days}), and raw prices jump there for no reason of trading.

    Choose a range that ends before the split or starts after it.
    """


class UnknownFillRules(MbatsError, ValueError):
    """{name!r} names no fill rules. There are: {known}."""


class BeyondTheKernel(MbatsError):
    """The compiled simulator cannot run {what}: it knows signal and target strategies of a built-in size.

    Run it in Backtrader with `--simulator backtrader` (`simulator="backtrader"` in a notebook).
    """


class FeaturesNeedBacktrader(MbatsError):
    """Prices and indicators are logged bar by bar in Backtrader, and the compiled simulator was asked for.

    Leave `--simulator kernel` out, or `--log-features`.
    """
