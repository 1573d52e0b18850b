from enum import StrEnum

import pytest
from pydantic import Field

from mbats.errors.strategy import InvalidParameter, UnknownParameter
from mbats.errors.sweep import AxisSyntax, AxisTwice, AxisValueTwice
from mbats.pipelines.sweep.axis import Interval, Steps
from mbats.pipelines.sweep.axis_text import axis, axis_of, fixed_values
from mbats.strategies.signal import Signals, SignalStrategy, nothing


class Mood(StrEnum):
    CALM = "calm"
    WILD = "wild"


class Idea(SignalStrategy):
    period: int = Field(30, ge=2, le=1_000_000_000)
    width: float = Field(1.0, gt=0, le=20)
    mood: Mood = Mood.CALM
    strict: bool = False

    def decide(self, bars):
        return Signals(nothing(len(bars)))


def values(found):
    return [found.value(number) for number in range(found.count)]


def test_steps_include_both_ends_and_integers_stay_integers():
    found = values(axis(Idea, "period=10:40:5"))
    assert found == [10, 15, 20, 25, 30, 35, 40]
    assert {type(value) for value in found} == {int}
    assert values(axis(Idea, "period=10:39:5")) == [10, 15, 20, 25, 30, 35]
    assert values(axis(Idea, "period=3:5")) == [3, 4, 5]
    assert values(axis(Idea, " period = 7 : 7 : 5 ")) == [7]


def test_steps_of_a_tenth_do_not_drift():
    assert values(axis(Idea, "width=0.1:1.0:0.1")) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert values(axis(Idea, "width=1:2:0.5")) == [1.0, 1.5, 2.0]
    assert axis(Idea, "width=0.1:20:0.1").count == 200


def test_values_one_by_one_have_the_type_of_the_parameter():
    assert values(axis(Idea, "width=1,0.5,2")) == [1.0, 0.5, 2.0]
    assert values(axis(Idea, "mood=wild, calm")) == [Mood.WILD, Mood.CALM]
    assert values(axis(Idea, "strict=true,false")) == [True, False]
    assert values(axis(Idea, "period=12")) == [12]


def test_a_range_of_real_numbers_is_an_interval_and_keeps_its_ends():
    found = axis(Idea, "width=0.5:3.0")
    assert isinstance(found, Interval)
    assert (found.value(0), found.value(found.count - 1)) == (0.5, 3.0)
    assert 0.5 < found.value(1) < found.value(2) < 3.0
    even = axis(Idea, "width=0.1:10:log")
    assert even.value(even.count // 2) == pytest.approx(1.0)
    whole = axis(Idea, "period=10:1000:log")
    assert {type(whole.value(number)) for number in range(whole.count)} == {int}
    assert (whole.value(0), whole.value(whole.count - 1)) == (10, 1000)


def test_a_long_axis_is_not_made_before_it_is_asked_for():
    assert axis(Idea, "period=2:1000000000").value(999_999_998) == 1_000_000_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("period", "a name"),
        ("=3", "a name"),
        ("period=", "a value is missing"),
        ("width=1,,2", "a value is missing"),
        ("period=10:", "a number is missing"),
        ("period=40:10:5", "lower end stands first"),
        ("width=3:1", "lower end stands first"),
        ("period=10:40:0", "above zero"),
        ("period=10:40:-5", "above zero"),
        ("width=nan:3:1", "beyond all measure"),
        ("width=1:inf:1", "beyond all measure"),
        ("width=1:1e400", "beyond all measure"),
        ("width=1:" + "9" * 1000, "a number of 1000 characters"),
        ("width=" + "9" * 1000, "a value of 1000 characters"),
        ("width=a:b:c", "'a' is no number"),
        ("period=1:2:3:4", "more than two colons"),
        ("width=0:1:log", "above zero"),
    ],
)
def test_what_says_nothing_is_refused_in_few_words(text, why):
    with pytest.raises(AxisSyntax, match=why) as refused:
        axis(Idea, text)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "text", ["period=1:40:5", "period=10:2000000000:5", "width=0,1", "width=1:21:1", "period=10:40:2.5", "mood=sad"]
)
def test_bounds_and_types_are_checked_before_anything_runs(text):
    with pytest.raises(InvalidParameter, match=text.partition("=")[0]):
        axis(Idea, text)


def test_an_unknown_parameter_is_met_with_the_one_that_was_probably_meant():
    with pytest.raises(UnknownParameter, match="Did you mean period"):
        axis(Idea, "perid=1:2:1")


def test_a_value_is_said_once():
    with pytest.raises(AxisValueTwice, match=r"1\.0 twice"):
        axis(Idea, "width=1,2,1.0")


def test_a_notebook_gives_ranges_and_sequences():
    steps = axis_of(Idea, "period", range(10, 41, 5))
    assert isinstance(steps, Steps)
    assert values(steps) == list(range(10, 41, 5))
    assert values(axis_of(Idea, "period", range(40, 9, -15))) == [10, 25, 40]
    assert values(axis_of(Idea, "width", [0.5, 1, 1.5])) == [0.5, 1.0, 1.5]
    assert values(axis_of(Idea, "mood", [Mood.WILD])) == [Mood.WILD]
    assert isinstance(axis_of(Idea, "width", "0.5:3"), Interval)
    with pytest.raises(AxisSyntax, match="missing"):
        axis_of(Idea, "period", range(0))
    with pytest.raises(AxisSyntax, match=r"period=5.*one value is no search"):
        axis_of(Idea, "period", 5)  # type: ignore[arg-type]  # as one may in a notebook


def test_fixed_parameters_are_checked_alike():
    assert fixed_values(Idea, ["period=12", "Idea.width=2"]) == {"period": 12, "width": 2.0}
    with pytest.raises(AxisTwice, match="period"):
        fixed_values(Idea, ["period=12", "period=13"])
    with pytest.raises(InvalidParameter):
        fixed_values(Idea, ["period=1"])
    with pytest.raises(AxisSyntax):
        fixed_values(Idea, ["period"])
