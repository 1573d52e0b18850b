from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.simulation import BeyondTheKernel
from mbats.simulation.checks import check, strategy_name
from mbats.simulation.kernel.decisions import knows
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.watch import unwatched
from mbats.strategies.signal import SignalStrategy
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal
    from mbats.simulation.simulator import Allocation, Simulation
    from mbats.simulation.watch import Watch


class KernelSimulator:
    """Runs signal and target strategies compiled, several on one account: the journal is Backtrader's, row for row.

    Parameters
    ----------
    watch
        Is told how many bars were simulated.
    """

    def __init__(self, watch: Watch = unwatched) -> None:
        self._watch = watch

    def run(self, simulation: Simulation) -> Journal:
        """Simulate by `simulation.fills` and return what happened.

        Raises
        ------
        BeyondTheKernel
            A strategy or a sizing rule that is no compiled one.
        mbats.errors.base.MbatsError
            What `mbats.simulation.checks.check` refuses, and what `Kernel.run` raises.
        """
        for share in simulation.allocations:
            if not runs(share):
                what = f"{strategy_name(share.strategy)}, sized by {type(share.sizing).__name__}"
                raise BeyondTheKernel(what=what)
        check(simulation)
        wanted = {symbol for share in simulation.allocations for symbol in share.instruments}
        market = {symbol: bars for symbol, bars in simulation.market.items() if symbol in wanted}
        told = simulation
        kernel = Kernel(market, told.account, told.conversion, told.costs, told.fills, told.financing)
        return kernel.run(simulation.allocations, self._watch)


def runs(share: Allocation) -> bool:
    """Tell whether the kernel can run an allocation: a signal or target strategy with a sizing rule that it knows."""
    return isinstance(share.strategy, SignalStrategy | TargetStrategy) and knows(share.sizing)
