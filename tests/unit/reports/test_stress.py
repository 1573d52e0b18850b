import pytest

from mbats.reports.stress import StressPoint, StressTest, stress_lines


def strained(*nets):
    points = tuple(StressPoint(float(level), net, net / 10) for level, net in enumerate(nets, start=1))
    return StressTest("Spread", "times", points, "USD")


def test_break_even_is_where_the_line_crosses_zero():
    assert strained(30.0, -10.0, -50.0).break_even == pytest.approx(1.75)
    assert strained(30.0, 20.0, -20.0).break_even == pytest.approx(2.5)
    assert strained(30.0, 0.0, -20.0).break_even == pytest.approx(2.0)


def test_without_a_crossing_there_is_none_and_the_table_says_why():
    assert strained(30.0, 20.0).break_even is None
    assert stress_lines([strained(30.0, 20.0)])[0].break_even == "none within 1 to 2 times"
    assert stress_lines([strained(-3.0, -4.0)])[0].break_even == "loses at all of 1 to 2 times"


def test_a_test_is_named_once():
    lines = stress_lines([strained(3.0, -1.0), strained(5.0, 4.0)])
    assert [line.name for line in lines] == ["Spread", "", "Spread", ""]
    assert [line.net for line in lines] == ["+3.00", "-1.00", "+5.00", "+4.00"]
    assert lines[0].break_even == "1.75 times"
