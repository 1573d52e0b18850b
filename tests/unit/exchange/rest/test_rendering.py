"""What leaves the exchange, down to the digit."""

import json
from decimal import Decimal

import pytest

from mbats.exchange.moment import Moment
from mbats.exchange.rest.rendering import TimeStyle, encode, line, render

MOMENT = Moment(1_502_463_871_639_182_352)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1.20000"), "1.20000"),
        (Decimal("0E-4"), "0.0000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00001"), "-0.00001"),
        (MOMENT, "2017-08-11T15:04:31.639182352Z"),
        (Moment(0), "1970-01-01T00:00:00.000000000Z"),
        (7, 7),
        (True, True),
        ("7", "7"),
        ((Decimal("1.0"), MOMENT), ["1.0", "2017-08-11T15:04:31.639182352Z"]),
    ],
)
def test_shows_decimals_as_strings_with_all_their_places_and_counts_as_numbers(value, shown):
    assert render(value) == shown


def test_shows_times_as_the_client_asked():
    assert render({"time": [MOMENT]}, TimeStyle.UNIX) == {"time": ["1502463871.639182352"]}


def test_leaves_out_what_is_not_there():
    assert render({"a": None, "b": {"c": None, "d": 1}}) == {"b": {"d": 1}}


def test_writes_one_line_of_a_stream():
    written = line({"type": "HEARTBEAT", "time": MOMENT, "comment": "two\nlines"})
    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert json.loads(written)["comment"] == "two\nlines"
    assert written[:-1] == encode(json.loads(written))
