import errno

from mbats.errors.base import MbatsError

_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def no_room(problem: OSError) -> bool:
    """Tell whether something was not written because a disk, a quota or a file is full."""
    return problem.errno in _CODES


class DiskFull(MbatsError):
    """There is no room left on the disk of {path}.

    What was stored before is whole. Make room there, then repeat the command.
    """


class TooLittleRoom(MbatsError):
    """{folder} is on a disk with {free} MiB left, and the stack begins with {needed} MiB at least.

    Make room there, or choose another place: MBATS_HOME=FOLDER mbats stack up
    """
