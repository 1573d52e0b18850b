from mbats.errors.base import MbatsError


class ReportNotWritten(MbatsError):
    """{path}: the report could not be written: {why}.

    No half-written file was left behind; the run itself is stored and unharmed. Free some space or choose another
    place, then write it again with: mbats report {run} --output PATH
    """


class EmptyChart(MbatsError):
    """{symbol} has no bars in the chosen window, so there is nothing to draw.

    Choose dates within the run's period, or leave them out to see all of it.
    """


class NotInRun(MbatsError):
    """Run {run} did not trade {symbol!r}.

    It traded: {known}.
    """


class NothingToReport(MbatsError):
    """No run and no sweep begins with {name!r}. `mbats backtest list` shows the newest runs."""


class RunOrSweep(MbatsError):
    """{name!r} begins both run {run} and sweep {sweep}. Write a few more letters of the one you mean."""


class OneRunAtATime(MbatsError):
    """{name} is a {kind}, and a stress test simulates one set of parameters again.

    Leave --stress out, or make a run with `mbats backtest run` and stress that one.
    """


class NotInSweep(MbatsError):
    """The sweep has no {what} {name!r}. There are: {known}."""
