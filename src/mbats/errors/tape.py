from mbats.errors.base import MbatsError


class EmptyTape(MbatsError):
    """There are no bars of {symbol} to replay, so the exchange would have no market.

    Name bars that exist: a snapshot (`mbats data snapshot`), a Parquet file, or `--market reference`.
    """


class BarsWithoutSides(MbatsError):
    """The bars of {symbol} have no bid and ask, and an exchange needs both.

    State the distance between them in pips with `--spread`, or replay bars that have both sides.
    """


class TimeframesDiffer(MbatsError):
    """The bars to replay have different lengths ({timeframes}), and a market has one.

    Replay bars of one timeframe.
    """
