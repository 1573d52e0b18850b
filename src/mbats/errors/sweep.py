from mbats.errors.base import MbatsError


class AxisSyntax(MbatsError):
    """{text!r} says nothing to search: {why}.

    Write `name=10:40:5` (both ends included), `name=0.5,1,1.5`, or, for a random or Bayesian search, `name=0.5:3.0`
    or `name=0.1:10:log`.
    """


class AxisTwice(MbatsError):
    """Parameter {name!r} is given a value twice: {first} and {second}.

    A parameter is searched or fixed, and either is said once.
    """


class AxisValueTwice(MbatsError):
    """{name} has the value {value} twice. Say each value once: a cell that is tried twice is no second trial."""


class NothingToSearch(MbatsError):
    """A sweep of {strategy} needs something to search.

    Name at least one parameter: --grid name=10:40:5. Its parameters are {known}.
    """


class StepMissing(MbatsError):
    """{name}={low}:{high} has no step, and between two real numbers a grid has no end.

    Give it one ({name}={low}:{high}:STEP), or draw from it with --random N or --bayesian N.
    """


class TooManyCells(MbatsError):
    """{cells} cells are more than a grid may have ({limit:,}).

    Take coarser steps, draw some of it with --random N, or raise the limit with --max-cells.
    """


class NoValidCell(MbatsError):
    """None of the {cells:,} cells is a valid {strategy}: {problem}.

    Choose values that go together.
    """


class UnknownFigure(MbatsError):
    """There is no figure {name!r} to judge cells by. {near}There are: {known}."""


class ConstraintSyntax(MbatsError):
    """{text!r} is no constraint. Write figure, comparison and number, for example --constraint "trades>=30"."""


class SearchUnclear(MbatsError):
    """--random and --bayesian were both given, but a sweep searches in one way. Keep one of them."""


class NothingToDraw(MbatsError):
    """A search that draws {count} cells finds nothing: draw one at least, or leave it out to judge every cell."""


class ObjectiveUndefined(MbatsError):
    """None of the {cells:,} cells of sweep {sweep} has a {objective} that meets the constraints: {why}.

    All cells are stored and count as trials. Look at them with `mbats report {sweep}`, or judge by another figure with
    --objective, with fewer constraints, on a longer period.
    """


class SweepBusy(MbatsError):
    """The same sweep is being made by another process.

    Wait for it, or end that process: what it has stored is kept and `mbats backtest sweep --resume` goes on from there.
    """


class UnknownSweep(MbatsError):
    """There is no sweep {sweep!r}. The newest: {known}."""


class AmbiguousSweep(MbatsError):
    """Several sweeps begin with {sweep!r}: {candidates}. Write a few more letters of the one you mean."""


class NothingToResume(MbatsError):
    """Sweep {sweep} is {status}: there is nothing to resume. Look at it with `mbats report {sweep}`."""


class SweepOfNotebook(MbatsError):
    """Sweep {sweep} was begun in Python, which alone knows its strategy and account.

    Call the same mb.sweep(...) again: it goes on from what is stored.
    """


class SweepChanged(MbatsError):
    """Sweep {sweep} cannot go on: {what} is no longer what it began with.

    Cells of two kinds have no common best. Restore it, or begin a new sweep by the whole command.
    """


class SweepOutOfRoom(MbatsError):
    """{address} has no room left on its disk for more cells: {cause}.

    The {cells:,} cells judged before are stored. Free some space where the database lies; the same command, or
    `mbats backtest sweep --resume`, goes on from there.
    """
