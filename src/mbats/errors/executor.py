from mbats.errors.base import MbatsError


class InvalidWorkers(MbatsError):
    """{count} workers cannot judge a sweep {where}: name a number from 1 to {most}.

    Left out, it is one for each core.
    """


class WorkerDied(MbatsError):
    """{deaths} workers died one after another of the same cells: {cells}.

    The last words of the last one: {words}

    All other cells that were judged are stored. Out of memory is the usual cause: try fewer `--workers`, or leave these
    parameters out. Then run the same command with `--resume`.
    """


class WorkerDiskFull(MbatsError):
    """A worker has no room left on its disk: {cause}.

    The cells judged so far are stored. Free some space there (`TMPDIR` and `XDG_CACHE_HOME` say where it writes), then
    run the same command with `--resume`.
    """
