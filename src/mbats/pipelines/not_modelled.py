"""What a run leaves out: said beside its result, wherever that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.instrument import AssetClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars


def not_modelled(market: Mapping[str, Bars], costs: Costs, financing: FinancingRates | None) -> tuple[str, ...]:
    """Return a sentence for each thing that costs or pays money in a market and is not in the simulation."""
    return (*_financing(market, costs, financing), *_dividends(market.values()))


def _financing(market: Mapping[str, Bars], costs: Costs, financing: FinancingRates | None) -> Iterator[str]:
    if not costs.financing:
        return
    absent = [symbol for symbol in market if financing is None or symbol not in financing.by_symbol]
    if absent:
        yield f"Financing is not modelled for {', '.join(absent)}: there are no dated rates."
    for symbol, bars in market.items():
        if financing is None or symbol in absent:
            continue
        first = int(financing.by_symbol[symbol].time[0])
        if first > bars.time[0]:
            yield f"Financing of {symbol} is not modelled before {np.datetime64(first, 'ns').astype('datetime64[D]')}."


def _dividends(bars: Iterable[Bars]) -> Iterator[str]:
    shares = [one.instrument.symbol for one in bars if one.instrument.asset_class is AssetClass.EQUITY]
    if shares:
        yield f"Dividends of {', '.join(shares)} are not modelled."
