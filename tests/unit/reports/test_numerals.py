import math

import pytest

from mbats.reports.numerals import count, length, money, number, percent, typeset


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(1234.5), "1,234.50"),
        (number(-0.001), "0.00"),
        (number(2.0, signed=True), "+2.00"),
        (number(-0.001, signed=True), "0.00"),
        (number(None), "n/a"),
        (number(math.inf), "n/a"),
        (percent(0.031), "3.1 %"),
        (percent(0.0006), "0.06 %"),
        (percent(-0.0023, signed=True), "-0.23 %"),
        (percent(0.01), "1.0 %"),
        (percent(0.0), "0.0 %"),
        (percent(0.0006, 0), "0 %"),
        (percent(math.nan), "n/a"),
        (money(-12.345, "USD"), "-12.35 USD"),
        (money(None, "USD"), "n/a"),
        (count(1, "trade"), "1 trade"),
        (count(2_040, "trade"), "2,040 trades"),
        (length(0.5), "12 hours"),
        (length(40), "40 days"),
        (length(731), "2.0 years"),
        (length(None), "n/a"),
        (typeset("-3.1 % of 2016-06-20, take-profit [-0.5, 1]"), "−3.1\u00a0% of 2016-06-20, take-profit [−0.5, 1]"),
    ],
)
def test_figures_are_written_the_same_way_everywhere(written, expected):
    assert written == expected
