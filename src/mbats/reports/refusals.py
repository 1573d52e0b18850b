"""Why signals and orders of a run came to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.order import Reason
from mbats.ledger.journal import Kind
from mbats.reports.numerals import count

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal

_KINDS = (Kind.REJECT, Kind.BLOCKED, Kind.CANCEL)
_WORDS = {
    Reason.INSUFFICIENT_MARGIN: (
        "order",
        "The venue rejected {refused} for insufficient margin: together with the open positions they needed more than "
        "the account was worth. Trade smaller, with more cash, or at a higher leverage if you had lowered it.",
    ),
    Reason.INSUFFICIENT_CASH: (
        "order",
        "Backtrader rejected {refused} for insufficient cash: its rules ask for the whole value, not for margin, "
        "and take yen for dollars. Trade smaller, with more cash, or under `venue` fills.",
    ),
    Reason.STOP_LOSS_ON_FILL_LOSS: (
        "entry order",
        "The venue cancelled {refused} because the market was beyond the stop when it would have filled. "
        "Put stops further away than the spread, or anchor them on the fill.",
    ),
    Reason.TAKE_PROFIT_ON_FILL_LOSS: (
        "entry order",
        "The venue cancelled {refused} because the market was beyond the target when it would have filled. "
        "Put targets further away, or anchor them on the fill.",
    ),
    Reason.SIZE_BELOW_LOT: (
        "signal",
        "No order was sent for {refused} without a size: less than one lot, no stop to measure the risk by, or a "
        "volatility not yet known. Trade larger, or give the signals what the sizing rests on.",
    ),
}


def refusals(journal: Journal) -> tuple[str, ...]:
    """Return a sentence for each reason that kept signals or entries from trading: how often, and what to do about it.

    What ends an order in the course of trading (it expired, was replaced, its trade was closed) is no such reason.
    """
    reasons = journal.reason[np.isin(journal.kind, _KINDS)]
    found = ((int(np.count_nonzero(reasons == reason)), *words) for reason, words in _WORDS.items())
    return tuple(sentence.format(refused=count(times, noun)) for times, noun, sentence in found if times)
