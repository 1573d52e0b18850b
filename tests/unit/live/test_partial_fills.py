"""What a partial fill leaves of an order goes on under its client id, and is no second order."""

from dataclasses import replace
from decimal import Decimal

from mbats.execution.broker import Kind, Submit, Transaction
from mbats.live.suspicion import repetition
from mbats.live.ticket import Attempt

NAME = "mb-1-EUR_USD-1-0"
FIRST = Transaction(7, 1, Kind.ORDER, {}, NAME, order=7, instrument="EUR_USD", units=Decimal(1000))
REST = replace(FIRST, id=9, order=9, units=Decimal(400), replaces=7)
SECOND = replace(FIRST, id=9, order=9)


def attempt(*found):
    return Attempt(NAME, 6, 1, Submit(NAME, "EUR_USD", Decimal(1000)), found=list(found))


def test_the_rest_of_an_order_is_not_another():
    assert attempt(FIRST, REST).arrivals == 1
    assert repetition([FIRST, REST], "mb-1-") == []


def test_a_second_order_of_the_same_name_is():
    assert attempt(FIRST, SECOND).arrivals == 2
    assert [finding.cause for finding in repetition([FIRST, SECOND], "mb-1-")] == ["duplicate order"]
