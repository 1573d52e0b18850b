"""The simulator that is held against Backtrader."""


def subject():
    """Return a fresh one."""
    from mbats.adapters.backtrader.simulator import BacktraderSimulator

    return BacktraderSimulator()
