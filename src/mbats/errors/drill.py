from mbats.errors.base import MbatsError


class DrillFailed(MbatsError):
    """The drill failed at {name}: trades were not where they should be after {seconds} s.

    A watchdog that cannot close a paper account would not close a real one. Run `mbats live drill` again with
    MBATS_LOG_LEVEL=debug, and report what it says.
    """
