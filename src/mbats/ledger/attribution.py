"""Which round trip each cash flow belongs to, and what its fills paid to the market."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from mbats.ledger.account import Flow, home_rate, product, rounded
from mbats.ledger.cost_split import CostSplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.ledger.account import Books, CashFlow
    from mbats.ledger.journal import Journal
    from mbats.ledger.netting import Leg
    from mbats.ledger.terms import Account

UNATTRIBUTED = -1
"""In place of a round trip: flows of the account as a whole."""

_Posting = tuple[int, str, Decimal]
"""A round trip, the field of its `CostSplit`, and what is added to it."""
_PAID = {Flow.COMMISSION: "commission", Flow.FINANCING: "financing"}
_SHARED = 2
"""Legs of a fill that reversed."""


def split_costs(journal: Journal, books: Books, legs: list[Leg]) -> dict[int, CostSplit]:
    """Return what each round trip gained and paid, by its number; fees of no trip under `UNATTRIBUTED`.

    Profit goes to the trip that the fill closes; a commission to the trip of its order, shared by units when the fill
    reversed; financing to the trip that was open in the instrument. Spread and slippage are what a fill paid beside
    mid, at its own rate. Transfers are nobody's gain.
    """
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for trip, part, amount in chain(_cash_costs(journal, books, legs), _market_costs(journal, books.account, legs)):
        parts = sums[trip]
        parts[part] = parts[part] + amount if part in parts else amount
    return {trip: CostSplit(**parts) for trip, parts in sums.items()}


class _Owners:
    """Finds the legs that a cash flow belongs to."""

    def __init__(self, journal: Journal, legs: list[Leg]) -> None:
        self._by_row: dict[int, list[Leg]] = defaultdict(list)
        self._by_order: dict[int, int] = {}
        self._by_instrument: dict[int, list[Leg]] = defaultdict(list)
        orders, instruments = journal.order.tolist(), journal.instrument.tolist()
        for leg in legs:
            self._by_row[leg.row].append(leg)
            self._by_order[orders[leg.row]] = leg.row
            self._by_instrument[instruments[leg.row]].append(leg)

    def of(self, flow: CashFlow) -> list[Leg]:
        if flow.flow is Flow.PROFIT:
            return self._by_row[flow.row][:1]
        if flow.flow is Flow.COMMISSION and flow.order and flow.order in self._by_order:
            return self._by_row[self._by_order[flow.order]]
        earlier = self._by_instrument[flow.instrument]
        last = bisect_right(earlier, flow.row, key=lambda leg: leg.row)
        return earlier[last - 1 : last] if last else []


def _cash_costs(journal: Journal, books: Books, legs: list[Leg]) -> Iterator[_Posting]:
    owners = _Owners(journal, legs)
    for flow in books.flows:
        if flow.flow is not Flow.TRANSFER:
            for trip, amount, conversion in _shares(flow, owners.of(flow), books.account.places):
                yield trip, "net", amount
                if conversion:
                    yield trip, "conversion", conversion
                if flow.flow in _PAID:
                    yield trip, _PAID[flow.flow], -(amount + conversion)


def _shares(flow: CashFlow, owners: list[Leg], places: int) -> Iterator[tuple[int, Decimal, Decimal]]:
    """Yield each round trip's part of a flow: as it was booked, and what converting it cost."""
    if len(owners) < _SHARED:
        yield owners[0].trip if owners else UNATTRIBUTED, flow.amount, flow.conversion_cost
        return
    first, second = owners
    part = Decimal(repr(abs(first.units))) / Decimal(repr(sum(abs(leg.units) for leg in owners)))
    amount, at_mid = rounded(flow.amount * part, places), rounded(flow.at_mid * part, places)
    conversion = at_mid - amount
    yield first.trip, amount, conversion
    yield second.trip, flow.amount - amount, flow.conversion_cost - conversion


def _market_costs(journal: Journal, account: Account, legs: Sequence[Leg]) -> Iterator[_Posting]:
    rows = np.array([leg.row for leg in legs], dtype=np.int64)
    names = ("price", "mid", "slippage", "rate", "currency")
    columns = (getattr(journal, name)[rows].tolist() for name in names)
    worth = lru_cache(product)  # trades of one size follow one another
    for leg, price, mid, slippage, rate, currency in zip(legs, *columns, strict=True):
        if not isfinite(mid) or (price == mid and not slippage):
            continue
        name = journal.currencies[currency] if currency >= 0 else ""
        factor = home_rate(account, name, rate, leg.row)
        beside = (Decimal(repr(price)) - Decimal(repr(mid))) * worth(leg.units, factor)
        if slippage:
            slipped = product(slippage, abs(leg.units), factor)
            beside -= slipped
            yield leg.trip, "slippage", rounded(slipped, account.places)
        yield leg.trip, "spread", rounded(beside, account.places)
