from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.features.catalogue.volatility import volatility
from mbats.features.indicators.true_range import atr
from mbats.features.view import View
from mbats.labels import discovery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.labels.label import Label
    from mbats.labels.meta_label import Primary
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


def label_from(wanted: str | Mapping[str, Any], primary: Callable[[str], Primary] | None = None) -> Label:
    """Return the label that a text or a specification means; see `mbats.labels.discovery.label_from`.

    A bracket's widths are the ATR that strategies know, or the standard deviation of a bar's return, in price units.

    Examples
    --------
    >>> label_from("triple-barrier:stop=1,target=2,bars=24").spec["width"]
    'atr'
    """
    return discovery.label_from(wanted, {"atr": _average_range, "volatility": _deviation}, primary)


def _average_range(bars: Bars, period: int) -> FloatColumn:
    return atr(bars.high, bars.low, bars.close, period)


def _deviation(bars: Bars, period: int) -> FloatColumn:
    return bars.close * volatility(period=period).compute(View(bars))
