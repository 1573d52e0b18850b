"""The parts of the torture that say what is wrong, on logs made by hand."""

from torture.count import sentence
from torture.protection import protection
from torture.schedule import draw

FILL = {
    "id": "5",
    "type": "ORDER_FILL",
    "time": 10,
    "batchID": "4",
    "orderID": "4",
    "tradeOpened": {"tradeID": "5", "units": "1"},
}
ORDER = {"id": "4", "type": "MARKET_ORDER", "time": 10, "batchID": "4", "clientExtensions": {"id": "mb-1"}}
STOP = {"id": "6", "type": "STOP_LOSS_ORDER", "time": 10, "batchID": "4", "tradeID": "5"}
CANCEL = {"id": "7", "type": "ORDER_CANCEL", "time": 20, "batchID": "7", "orderID": "6"}
ANEW = {"id": "8", "type": "STOP_LOSS_ORDER", "time": 50, "batchID": "8", "tradeID": "5"}


def test_a_stop_from_the_fill_on_leaves_nothing_bare():
    found = protection([ORDER, FILL, STOP], {"mb-1"}, 99)
    assert (found.longest, found.bare, found.late) == (0, [], [])


def test_a_stop_that_comes_after_the_fill_is_late_even_at_the_same_moment():
    found = protection([ORDER, FILL, STOP | {"batchID": "6"}], {"mb-1"}, 99)
    assert (found.longest, found.bare, found.late) == (0, [], ["5"])


def test_time_without_a_stop_is_counted_until_the_next_one_or_the_end():
    assert protection([ORDER, FILL, STOP, CANCEL, ANEW], {"mb-1"}, 99).longest == 30
    bare = protection([ORDER, FILL, STOP, CANCEL], {"mb-1"}, 99)
    assert (bare.longest, bare.bare) == (79, ["5"])
    assert protection([ORDER, FILL], set(), 99).bare == []


def test_a_seed_is_a_schedule():
    assert draw(7) == draw(7) != draw(8)


def test_what_was_found_is_a_sentence():
    facts = {"schedules": 1_020, "by_kill": 20, "deaths": {"a": 3}, "faults": {"b": 4}, "orders": 5_000, "failures": []}
    assert sentence(facts) == (
        "1,020 schedules (20 of them by `kill -9`) with 3 deaths, 4 network faults and 5,000 orders: no failure"
    )
