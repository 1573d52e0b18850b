"""Bodies that are JSON, and those that only look like it."""

from decimal import Decimal

import pytest

from mbats.errors.rest import InvalidBody
from mbats.exchange.rest.json_body import parse


def test_keeps_every_digit_of_a_fraction():
    assert parse(b'{"order": {"price": 1.10000000000000000001, "units": 10, "note": null}}') == {
        "order": {"price": Decimal("1.10000000000000000001"), "units": 10, "note": None}
    }


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"order"',
        b'{"price": NaN}',
        b'{"price": -Infinity}',
        b'{"id": "\\ud800"}',
        b'{"id": "\xff"}',
        b'{"units": ' + b"9" * 5_000 + b"}",
        b'{"a": ' * 100_000,
        b"[" * 100_000,
    ],
)
def test_refuses_what_cannot_be_read_or_written_down_again(body):
    with pytest.raises(InvalidBody):
        parse(body)
