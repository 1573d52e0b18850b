"""The books against the venue: as of one and the same transaction they say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.broker import AccountState
    from mbats.live.book import Book


@dataclass(frozen=True, slots=True)
class Findings:
    """What a comparison found.

    Attributes
    ----------
    differences
        In words; none where the books are right.
    strangers
        Trades and orders at the session's instruments that are not its own, in words.
    """

    differences: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


def compare(book: Book, state: AccountState, symbols: Sequence[str]) -> Findings:
    """Compare the books with the venue's account, both as of the same transaction."""
    strangers = [
        *(f"trade {one.id} of {one.units} {one.instrument}" for one in book.trades.values() if not one.mine),
        *(f"order {one.order} at {one.instrument}" for one in book.orders.values() if not book.ours(one.client_id)),
    ]
    found = [*_balance(book, state), *_trades(book, state), *_orders(book, state)]
    return Findings(tuple(found), tuple(text for text in strangers if any(symbol in text for symbol in symbols)))


def _balance(book: Book, state: AccountState) -> list[str]:
    if book.balance == state.balance:
        return []
    return [f"the balance is {book.balance} in the books and {state.balance} at the venue"]


def _trades(book: Book, state: AccountState) -> list[str]:
    there = {one.id: one for one in state.trades}
    found = [
        f"trade {one} is {'not in the books' if one in there else 'in the books only'}"
        for one in sorted(there.keys() ^ book.trades.keys())
    ]
    for number in sorted(there.keys() & book.trades.keys()):
        mine, theirs = book.trades[number], there[number]
        for what in ("units", "stop", "target"):
            if getattr(mine, what) != getattr(theirs, what):
                text = f"{what} {getattr(mine, what)} in the books and {getattr(theirs, what)} at the venue"
                found.append(f"trade {number} has {text}")
    return found


def _orders(book: Book, state: AccountState) -> list[str]:
    there = {one.id for one in state.orders if not one.trade}
    return [
        f"order {one} waits {'at the venue' if one in there else 'in the books'} only"
        for one in sorted(there ^ book.orders.keys())
    ]
