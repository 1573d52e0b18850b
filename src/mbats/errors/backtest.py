from mbats.errors.base import MbatsError


class UnknownCosts(MbatsError):
    """No cost model is named {name!r}. Known: {known}. Choose one with --costs."""


class SizingUnclear(MbatsError):
    """{given} were given, but a position has one size. Keep one of --units, --risk and --volatility."""


class NoSymbols(MbatsError):
    """{strategy} has no instrument to trade.

    Name some with -s EUR_USD or {strategy}@EUR_USD,USD_JPY; `mbats data list` shows what there is.
    """


class StrategyChanged(MbatsError):
    """{strategy} is no longer what run {run} was made with: {path} has changed since.

    Run it again with `mbats backtest run`, or restore the code of that run's commit.
    """


class SizingUnknown(MbatsError):
    """Run {run} has a size of its own kind, {rule}, which cannot be made again from the database.

    Known are {known}. Run it again with one of these.
    """
