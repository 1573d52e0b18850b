from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

from mbats.execution.order import Role
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Journal

_CHILDREN = {Role.STOP_LOSS: 0, Role.TAKE_PROFIT: 1}


class Protection(NamedTuple):
    """Stop and target that an entry went out with; NaN without."""

    stop: float = nan
    target: float = nan


def protections(journal: Journal) -> dict[int, Protection]:
    """Return the protective prices by number of the entry order.

    The price of the first stop or target order sent with the entry counts; without one, what the entry itself named.
    A later replacement changes nothing.
    """
    found: dict[int, list[float]] = {}
    rows = journal.rows(Kind.ORDER)
    names = ("order", "parent", "role", "price", "stop", "target")
    columns = (getattr(journal, name)[rows].tolist() for name in names)
    for order, parent, role, price, stop, target in zip(*columns, strict=True):
        if parent and role in _CHILDREN:
            _first_child(found.setdefault(parent, [nan] * 4), _CHILDREN[role], price)
        else:
            found.setdefault(order, [nan] * 4)[2:] = [stop, target]
    return {order: Protection(*map(_either, prices[:2], prices[2:])) for order, prices in found.items()}


def _first_child(prices: list[float], which: int, price: float) -> None:
    prices[which] = price if isnan(prices[which]) else prices[which]


def _either(child: float, named: float) -> float:
    return named if isnan(child) else child
