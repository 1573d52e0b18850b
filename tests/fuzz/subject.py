"""The simulator that is held against Backtrader."""

from mbats.simulation.kernel.simulator import KernelSimulator


def subject():
    """Return a fresh one."""
    return KernelSimulator()
