from mbats.errors.base import MbatsError


class UnknownCosts(MbatsError):
    """No cost model is named {name!r}. Known: {known}. Choose one with --costs."""


class SizingUnclear(MbatsError):
    """{given} were given, but a position has one size. Keep one of --units, --risk and --volatility."""


class NoSymbols(MbatsError):
    """{strategy} has no instrument to trade.

    Name some with -s EUR_USD or {strategy}@EUR_USD,USD_JPY; `mbats data list` shows what there is.
    """
