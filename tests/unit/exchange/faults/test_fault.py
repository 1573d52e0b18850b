from decimal import Decimal

import pytest

from mbats.errors.exchange_faults import BadFault, UnknownFault
from mbats.exchange.faults.armed import Faults
from mbats.exchange.faults.fault import Fault, Kind

ORDERS = "/v3/accounts/1/orders"


class Stopwatch:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def struck(faults, requests=10, method="POST", path=ORDERS):
    return [bool(faults.of_request(method, path)) for _ in range(requests)]


def test_a_fault_happens_once_and_only_where_it_was_sent():
    faults = Faults(Stopwatch())
    faults.add(Fault(Kind.DROP_AFTER, "POST", "*/orders"))
    assert struck(faults, 2, "GET") == [False, False]
    assert struck(faults, 2, path="/v3/accounts/1/trades") == [False, False]
    assert struck(faults, 3) == [True, False, False]


def test_a_fault_lets_some_pass_and_then_happens_so_often():
    faults = Faults(Stopwatch())
    faults.add(Fault(Kind.DROP_BEFORE, skip=2, times=3))
    assert struck(faults, 7) == [False, False, True, True, True, False, False]


def test_a_fault_without_a_count_ends_with_its_time():
    now = Stopwatch()
    faults = Faults(now)
    faults.add(Fault(Kind.DROP_BEFORE, times=None, seconds=5))
    now.seconds = 4.9
    assert struck(faults, 2) == [True, True]
    now.seconds = 5
    assert struck(faults, 2) == [False, False]
    assert faults.listed()[0]["over"]


def test_the_same_seed_strikes_the_same_requests():
    draws = []
    for seed in (1, 1, 2):
        faults = Faults(Stopwatch())
        faults.add(Fault(Kind.DROP_BEFORE, times=None, share=0.5, seed=seed))
        draws.append(struck(faults, 64))
    assert draws[0] == draws[1] != draws[2]
    assert 16 < sum(draws[0]) < 48


def test_several_faults_meet_one_request_in_order_of_their_creation():
    faults = Faults(Stopwatch())
    for kind in (Kind.DELAY_BEFORE, Kind.DROP_AFTER):
        faults.add(Fault(kind))
    assert [fault.kind for fault in faults.of_request("PUT", ORDERS)] == [Kind.DELAY_BEFORE, Kind.DROP_AFTER]


def test_lines_and_requests_have_faults_of_their_own():
    faults = Faults(Stopwatch())
    faults.add(Fault(Kind.CUT, path="*/stream"))
    assert faults.of_request("GET", "/pricing/stream") == []
    assert [fault.kind for fault in faults.of_line("GET", "/pricing/stream")] == [Kind.CUT]


def test_faults_are_listed_and_cleared():
    faults = Faults(Stopwatch())
    first, second = faults.add(Fault(Kind.GARBLE)), faults.add(Fault(Kind.CUT))
    faults.of_request("GET", "/")
    assert [(row["id"], row["kind"], row["happened"]) for row in faults.listed()] == [
        (first, "garble", 1),
        (second, "cut", 0),
    ]
    faults.clear(first)
    with pytest.raises(UnknownFault, match="no fault 1"):
        faults.clear(first)
    faults.clear()
    assert faults.listed() == []


def test_a_fault_is_read_as_it_is_written():
    fault = Fault.read({"kind": "status-before", "status": 429, "retry_after": 0.5, "times": None, "path": "*/orders"})
    assert Fault.read(fault.plain()) == fault
    assert Fault.read({"kind": "cut", "share": Decimal("0.5")}).share == 0.5


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({}, "kind is None; it must be one of drop-before"),
        ({"kind": "explode"}, "kind is 'explode'"),
        ({"kind": "cut", "tmes": 1}, "tmes is 1; it must be absent; fields are kind, method"),
        ({"kind": "cut", "times": -1}, "times is -1"),
        ({"kind": "cut", "times": True}, "whole number"),
        ({"kind": "cut", "share": 0}, "share is 0"),
        ({"kind": "status-after", "status": 200}, "from 400 to 599"),
        ({"kind": "delay-after", "delay": "1"}, "a number"),
        ({"kind": "delay-after", "delay": float("nan")}, "delay is nan"),
        ({"kind": "cut", "path": 7}, "text"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_by_its_field(plain, words):
    with pytest.raises(BadFault, match=words):
        Fault.read(plain)
