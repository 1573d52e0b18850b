"""Which round trip each cash flow belongs to, and what its fills paid to the market."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from mbats.ledger.account import Flow, home_rate, product, rounded
from mbats.ledger.cost_split import CostSplit, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbats.ledger.account import Books, CashFlow
    from mbats.ledger.journal import Journal
    from mbats.ledger.netting import Leg
    from mbats.ledger.terms import Account

UNATTRIBUTED = -1
"""In place of a round trip: flows of the account as a whole."""


def split_costs(journal: Journal, books: Books, legs: list[Leg]) -> dict[int, CostSplit]:
    """Return what each round trip gained and paid, by its number; fees of no trip under `UNATTRIBUTED`.

    Profit goes to the trip that the fill closes; a commission to the trip of its order, shared by units when the fill
    reversed; financing to the trip that was open in the instrument. Spread and slippage are what a fill paid beside
    mid, at its own rate. Transfers are nobody's gain.
    """
    postings: dict[int, list[CostSplit]] = defaultdict(list)
    owners = _Owners(journal, legs)
    for flow in books.flows:
        if flow.flow is not Flow.TRANSFER:
            for trip, split in _shares(flow, owners.of(flow), books.account.places):
                postings[trip].append(split)
    for trip, split in _market_costs(journal, books.account, legs):
        postings[trip].append(split)
    return {trip: total(splits) for trip, splits in postings.items()}


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


def _shares(flow: CashFlow, owners: list[Leg], places: int) -> Iterator[tuple[int, CostSplit]]:
    if not owners:
        yield UNATTRIBUTED, _split(flow.flow, flow.amount, flow.at_mid)
        return
    first, *rest = owners
    if not rest:
        yield first.trip, _split(flow.flow, flow.amount, flow.at_mid)
        return
    part = Decimal(repr(abs(first.units))) / Decimal(repr(sum(abs(leg.units) for leg in owners)))
    amount, at_mid = rounded(flow.amount * part, places), rounded(flow.at_mid * part, places)
    yield first.trip, _split(flow.flow, amount, at_mid)
    yield rest[0].trip, _split(flow.flow, flow.amount - amount, flow.at_mid - at_mid)


def _split(flow: Flow, amount: Decimal, at_mid: Decimal) -> CostSplit:
    conversion = at_mid - amount
    if flow is Flow.COMMISSION:
        return CostSplit(net=amount, commission=-at_mid, conversion=conversion)
    if flow is Flow.FINANCING:
        return CostSplit(net=amount, financing=-at_mid, conversion=conversion)
    return CostSplit(net=amount, conversion=conversion)


def _market_costs(journal: Journal, account: Account, legs: Iterable[Leg]) -> Iterator[tuple[int, CostSplit]]:
    names = ("price", "mid", "slippage", "rate", "currency")
    columns = [getattr(journal, name).tolist() for name in names]
    for leg in legs:
        price, mid, slippage, rate, currency = (column[leg.row] for column in columns)
        if not isfinite(mid) or (price == mid and not slippage):
            continue
        name = journal.currencies[currency] if currency >= 0 else ""
        factor = home_rate(account, name, rate, leg.row)
        slipped = product(slippage, abs(leg.units), factor) if slippage else Decimal(0)
        beside = (Decimal(repr(price)) - Decimal(repr(mid))) * product(leg.units, factor)
        spread = rounded(beside - slipped, account.places)
        yield leg.trip, CostSplit(spread=spread, slippage=rounded(slipped, account.places))
