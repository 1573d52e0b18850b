from mbats.errors.base import MbatsError


class InvalidWorkers(MbatsError):
    """{count} workers cannot judge a sweep {where}: name a number from 1 to {most}.

    Left out, it is one for each core.
    """


class WorkerDied(MbatsError):
    """{deaths} workers died one after another of the same cells: {cells}.

    The last words of the last one: {words}

    All other cells that were judged are stored. Out of memory is the usual cause: try fewer `--workers`, or leave these
    parameters out. The same command, or `mbats backtest sweep --resume`, goes on from there.
    """


class WorkerDiskFull(MbatsError):
    """A worker has no room left on its disk: {cause}.

    The cells judged so far are stored. Free some space there (`TMPDIR` and `XDG_CACHE_HOME` say where it writes), then
    the same command, or `mbats backtest sweep --resume`, goes on from there.
    """


class AddressWithoutRay(MbatsError):
    """{address!r} is the address of a Ray head, but the cells are to be judged on this machine's cores.

    Add `--executor ray`, or leave the address out.
    """


class RayNotInstalled(MbatsError):
    """A sweep on a cluster needs Ray, which is not installed here.

    Install it on this machine and on every node: pip install 'mbats[ray]'
    """


class InvalidRayAddress(MbatsError):
    """{address!r} is no address of a Ray head.

    Write it as HOST:PORT, for example 10.0.0.5:6379; `ray start --head` prints it. This machine must be a node of that
    cluster itself: `ray start --address=HOST:PORT`.
    """


class RayUnreachable(MbatsError):
    """There is no Ray head at {address}: {cause}.

    Start one there with `ray start --head`, look at `ray status`, or leave `--ray-address` and RAY_ADDRESS out to use
    this machine alone.
    """

    passing = True


class RayRefused(MbatsError):
    """The Ray cluster at {address} does not let this process in: {cause}.

    This machine must be a node of the cluster (`ray start --address={address}`), and Ray and Python must be the same
    version on all of them.
    """


class RayNodesDiffer(MbatsError):
    """Node {node} of the Ray cluster has {theirs}, this machine has {ours}: results would not be the same.

    Install the same MBATS there (pip install 'mbats[ray]==VERSION', in the environment that runs `ray start`), restart
    the node, then run the command again.
    """
