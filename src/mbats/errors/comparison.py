from mbats.errors.base import MbatsError


class ComparedWithItself(MbatsError):
    """Both names mean run {run}, and a run equals itself.

    Name another one: `mbats backtest list` shows the newest.
    """


class NothingInCommon(MbatsError):
    """Run {a} traded {mine}, run {b} traded {other}: no instrument is in both, so no trade can be compared.

    Choose two runs on the same instruments; `mbats backtest list` shows them.
    """
